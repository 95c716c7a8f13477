//! Law 7, rule by rule: which comment belongs to what, shown by what goes and what stays.

use crate::Folder;
use crate::lists::{add, remove};
use crate::sets::{set, unset};
use nixedit_core::operation::Operation;
use nixedit_core::place::Place;

fn shown(before: &str, operation: &Operation, after: &str) {
    assert_eq!(Folder::with(before).after(operation).as_deref(), Some(after));
}

#[test]
fn a_comment_behind_an_item_goes_with_it() {
    shown("{ l = with p; [\n  a # one\n  b # two\n]; }", &remove("b"), "{ l = with p; [\n  a # one\n]; }");
    shown("{\n  a = 1; # one\n  b = 2; # two\n}\n", &unset("a"), "{\n  b = 2; # two\n}\n");
    shown("{ l = with p; [\n  a # one\n]; }", &add("b", Place::Last), "{ l = with p; [\n  a # one\n  b\n]; }");
    shown("{\n  a = 1; # one\n}\n", &set("a", "2"), "{\n  a = 2; # one\n}\n");
}

#[test]
fn a_block_above_the_only_item_of_its_group_goes_with_it() {
    shown("{ l = with p; [\n  a\n\n  # about b\n  b\n\n  c\n]; }", &remove("b"), "{ l = with p; [\n  a\n\n  c\n]; }");
    shown("{\n  a = 1;\n\n  # about b\n  # and more\n  b = 2;\n\n  c = 3;\n}\n", &unset("b"), "{\n  a = 1;\n\n  c = 3;\n}\n");
}

#[test]
fn a_heading_outlives_the_first_of_its_group() {
    shown("{ l = with p; [\n  # Apps\n  a\n  b\n]; }", &remove("a"), "{ l = with p; [\n  # Apps\n  b\n]; }");
    shown("{\n  # Net\n  a = 1;\n  b = 2;\n}\n", &unset("a"), "{\n  # Net\n  b = 2;\n}\n");
}

#[test]
fn a_blank_line_parts_a_block_from_what_follows() {
    shown("{ l = with p; [\n  a\n\n  # of nobody\n\n  b\n]; }", &remove("b"), "{ l = with p; [\n  a\n\n  # of nobody\n]; }");
    shown("{\n  # of nobody\n\n  b = 2;\n}\n", &unset("b"), "{\n  # of nobody\n}\n");
}

#[test]
fn what_is_commented_out_belongs_to_nobody() {
    shown("{ l = with p; [\n  a\n  # b\n  c\n]; }", &remove("c"), "{ l = with p; [\n  a\n  # b\n]; }");
    shown("{ l = with p; [\n  a\n  # b\n]; }", &add("c", Place::Last), "{ l = with p; [\n  a\n  # b\n  c\n]; }");
    shown("{\n  a = 1;\n  # b = 2;\n  c = 3;\n}\n", &unset("c"), "{\n  a = 1;\n  # b = 2;\n}\n");
}

#[test]
fn comments_inside_a_binding_stay_where_its_value_is_replaced() {
    shown("{ a /* key */ = 1; }", &set("a", "2"), "{ a /* key */ = 2; }");
    shown("{ a = /* value */ 1; }", &set("a", "2"), "{ a = /* value */ 2; }");
    shown("{ a = 1 /* end */; }", &set("a", "2"), "{ a = 2 /* end */; }");
    shown("{\n  a = 1 # end\n  ;\n  b = 2;\n}\n", &set("a", "2"), "{\n  a = 2 # end\n  ;\n  b = 2;\n}\n");
    shown("{ a /* key */ = /* value */ 1 /* end */; b = 2; }", &unset("a"), "{ b = 2; }");
}

#[test]
fn a_comment_behind_the_opening_bracket_speaks_of_all() {
    shown("{ l = with p; [ # all\n  a\n  b\n]; }", &remove("a"), "{ l = with p; [ # all\n  b\n]; }");
    shown("{ l = with p; [ # all\n  a\n]; }", &add("b", Place::First), "{ l = with p; [ # all\n  b\n  a\n]; }");
    shown("{ # all\n  a = 1;\n  b = 2;\n}\n", &unset("a"), "{ # all\n  b = 2;\n}\n");
}

#[test]
fn words_before_the_closing_bracket_stay_last() {
    shown("{ l = with p; [\n  a\n  # That is all\n]; }", &add("b", Place::Last), "{ l = with p; [\n  a\n  b\n  # That is all\n]; }");
    shown("{ l = with p; [\n  a\n  # That is all\n]; }", &remove("a"), "{ l = with p; [\n  # That is all\n]; }");
    shown("{\n  a = 1;\n  # That is all\n}\n", &set("b", "2"), "{\n  a = 1;\n  b = 2;\n  # That is all\n}\n");
}

#[test]
fn block_comments_inside_a_line_stay() {
    shown("{ l = with p; [ a /* b */ c ]; }", &remove("a"), "{ l = with p; [ /* b */ c ]; }");
    shown("{ l = with p; [ a /* b */ c ]; }", &remove("c"), "{ l = with p; [ a /* b */ ]; }");
    shown("{ l = with p; [ a /* b */ c ]; }", &add("d", Place::Last), "{ l = with p; [ a /* b */ c d ]; }");
    shown("{ a = 1; /* b */ c = 2; }", &unset("c"), "{ a = 1; /* b */ }");
}

#[test]
fn a_block_comment_in_front_of_an_item_on_its_line_is_about_it() {
    shown("{ l = with p; [\n  /* on a */ a\n]; }", &add("b", Place::First), "{ l = with p; [\n  b\n  /* on a */ a\n]; }");
}

#[test]
fn what_is_commented_out_as_a_block_or_by_its_last_line_belongs_to_nobody() {
    shown(
        "{ l = with p; [\n  /* (f {\n    a = 1;\n  }) */\n  b\n]; }",
        &remove("b"),
        "{ l = with p; [\n  /* (f {\n    a = 1;\n  }) */\n]; }",
    );
    shown("{\n  # a = {\n\n  # };\n  b = 2;\n}\n", &unset("b"), "{\n  # a = {\n\n  # };\n}\n");
}
