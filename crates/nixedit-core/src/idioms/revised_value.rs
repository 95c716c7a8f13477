//! Which of several bindings of one path a new value revises.
//!
//! In `[ { file = "a/x.zsh"; } { file = "b/y.zsh"; } ]` the path of both is `file`; a new value
//! `"c/x.zsh"` is plainly meant for the first. Where that is not plain there is no answer.

use crate::syntax::body;
use crate::syntax::fragment::Fragment;
use crate::syntax::lookup::Definition;
use crate::syntax::{SyntaxKind, SyntaxNode};

/// Share of words in common from which one value is a revision of another.
const ALIKE: f64 = 0.5;

/// How much less any other value must have in common with the new one, as a share of the best.
const APART: f64 = 0.75;

/// The one binding whose value can be of the new value's kind, where there is one such; else the
/// one among these that shares most words with it, where no other comes near.
pub(super) fn choose(found: &[Definition], value: &Fragment) -> Option<Definition> {
    let new = body::below_priority(&value.node());
    let old = |definition: &Definition| body::below_priority(&definition.value);
    let wanted = kind(&new);
    let fits = |definition: &&Definition| kind(&old(definition)).is_none_or(|kind| wanted.is_none_or(|wanted| kind == wanted));
    let of_kind: Vec<&Definition> = found.iter().filter(fits).collect();
    if let [only] = of_kind.as_slice() {
        return Some((*only).clone());
    }
    let wanted = words(&new);
    let mut ranked: Vec<(f64, &Definition)> = of_kind.into_iter().map(|d| (in_common(&words(&old(d)), &wanted), d)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    match ranked.as_slice() {
        [(best, first), (next, _), ..] if *best >= ALIKE && *next <= APART * best => Some((*first).clone()),
        _ => None,
    }
}

/// What a value plainly is; `None` for a name or call, which may be anything.
fn kind(value: &SyntaxNode) -> Option<(SyntaxKind, bool)> {
    let bare = body::without_parens(value);
    let truth = bare.text() == "true" || bare.text() == "false";
    let plain = truth
        || matches!(bare.kind(), SyntaxKind::NODE_STRING | SyntaxKind::NODE_LITERAL | SyntaxKind::NODE_LIST | SyntaxKind::NODE_ATTR_SET);
    plain.then(|| (bare.kind(), truth))
}

/// The runs of letters and digits of a value, in order.
fn words(value: &SyntaxNode) -> Vec<String> {
    let text = value.text().to_string();
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The share of two lists of words that they have in common, from 0 to 1 (Dice).
fn in_common(one: &[String], other: &[String]) -> f64 {
    let mut left = other.to_vec();
    let shared = one.iter().filter(|word| left.iter().position(|w| w == *word).map(|at| left.swap_remove(at)).is_some()).count();
    2.0 * shared as f64 / ((one.len() + other.len()).max(1)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::attr_path::AttrPath;
    use crate::syntax::lookup;

    fn chosen(text: &str, value: &str) -> Option<String> {
        let root = rnix::Root::parse(text).syntax();
        let found = lookup::find_suffix(&root, &AttrPath::parse("a.v").unwrap());
        choose(&found, &Fragment::parse(value).unwrap()).map(|d| d.value.text().to_string())
    }

    #[test]
    fn the_only_one_of_a_kind() {
        let text = "{ a = [ { v = 1; } { v = [ 1 ]; } { v = \"x\"; } { v = 2; } ]; }";
        assert_eq!(chosen(text, "\"y\"").as_deref(), Some("\"x\""));
        assert_eq!(chosen(text, "3"), None);
        assert_eq!(chosen("{ a = [ { v = true; } { v = 1; } ]; }", "false").as_deref(), Some("true"));
        assert_eq!(chosen("{ a = [ { v = true; } { v = b; } ]; }", "false"), None, "a name may be anything");
    }

    #[test]
    fn the_only_one_that_is_alike() {
        let text = r#"{ a = [ { v = "lock now"; } { v = "menu --rows 6"; } { v = "open menu"; } ]; }"#;
        assert_eq!(chosen(text, r#""menu --rows 5""#).as_deref(), Some(r#""menu --rows 6""#));
        assert_eq!(chosen(text, r#""shut down""#), None);
        assert_eq!(chosen(r#"{ a = [ { v = "0,0"; } { v = "0,1"; } ]; }"#, r#""0,2""#), None, "two are alike");
    }
}
