//! The difference between two answers, in words of the domain, and whether it is the one meant.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Expect, Target};
use serde_json::Value;
use std::collections::BTreeMap;

/// Lines of an effect that are shown; what is beyond is counted.
const MAX_LINES: usize = 40;
/// Longest text that is shown as it is.
const MAX_TEXT: usize = 100;

/// Whether `edited` is the answer that `target` expects, with `base` the answer without the edit
/// (`None`: it did not evaluate, or was not asked). Gives the effect, or `effect.none`,
/// `effect.spill` or `effect.other`.
pub(super) fn judge(target: &Target, base: Option<&Value>, edited: &Value) -> Result<Vec<String>> {
    let effect = base.map(|base| difference(base, edited)).unwrap_or_default();
    let what = named(target);
    match &target.expect {
        Expect::Changed if base == Some(edited) => {
            let message = format!("{what} did not change");
            Err(Diagnostic::new(Code::EffectNone, message).help(format!(
                "something else decides {}: a definition with mkForce, a condition that is false, or a file that this host does not import",
                target.label
            )))
        }
        Expect::Changed | Expect::ChangedAny(_) | Expect::Reported if base.is_none() => Ok(vec!["did not evaluate before".to_owned()]),
        Expect::Same if base.is_some_and(|base| base != edited) => {
            let message = format!("{what} would change as well: {}", effect.join(", "));
            Err(Diagnostic::new(Code::EffectSpill, message)
                .help("the edited file counts there too; choose a place that only the meant host reads"))
        }
        Expect::Equals(json) => {
            let meant: Value = serde_json::from_str(json)
                .map_err(|error| Diagnostic::new(Code::ResultBroken, format!("the proof of {what} expects no JSON: {error}")))?;
            if meant == *edited {
                return Ok(effect);
            }
            let message = format!("{what} is {}, not {}", shown(edited), shown(&meant));
            Err(Diagnostic::new(Code::EffectOther, message).help(format!("something else decides {}, or adds to it", target.label)))
        }
        Expect::Changed | Expect::ChangedAny(_) | Expect::Same | Expect::Reported | Expect::Evaluates => Ok(effect),
    }
}

/// `effect.none` where no target of a host's group (`ChangedAny`) had an effect; `effects` are those
/// of `targets`, in their order. With the number of the first target of that group.
pub(super) fn judge_groups(targets: &[Target], effects: &[&[String]]) -> std::result::Result<(), (usize, Box<Diagnostic>)> {
    let mut groups: BTreeMap<(&Option<String>, &str), Vec<usize>> = BTreeMap::new();
    for (number, target) in targets.iter().enumerate() {
        if let Expect::ChangedAny(group) = &target.expect {
            groups.entry((&target.host, group)).or_default().push(number);
        }
    }
    for ((host, group), numbers) in groups {
        if numbers.iter().all(|&number| effects.get(number).is_none_or(|effect| effect.is_empty())) {
            let labels: Vec<&str> = numbers.iter().map(|&number| targets[number].label.as_str()).collect();
            let whose = host.as_deref().map_or_else(String::new, |host| format!(" of {host}"));
            let error = Diagnostic::new(Code::EffectNone, format!("{}{whose} did not change", labels.join(" and "))).help(format!(
                "something else decides what reads {group}: a definition with mkForce, a condition that is false, or a file that this host does not import"
            ));
            return Err((numbers[0], error));
        }
    }
    Ok(())
}

/// `home.packages of nxiz`.
pub(super) fn named(target: &Target) -> String {
    match &target.host {
        Some(host) => format!("{} of {host}", target.label),
        None => target.label.clone(),
    }
}

/// What changed from `base` to `edited`; empty when nothing did.
pub(super) fn difference(base: &Value, edited: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", base, edited, &mut lines);
    if lines.len() > MAX_LINES {
        let more = lines.len() - MAX_LINES;
        lines.truncate(MAX_LINES);
        lines.push(format!("and {more} more"));
    }
    lines
}

fn compare(at: &str, base: &Value, edited: &Value, lines: &mut Vec<String>) {
    if base == edited {
        return;
    }
    let lead = if at.is_empty() { String::new() } else { format!("{at}: ") };
    match (base, edited) {
        (Value::Array(base), Value::Array(edited)) => lines.extend(elements(base, edited).into_iter().map(|line| format!("{lead}{line}"))),
        (Value::Object(base), Value::Object(edited)) => {
            for (name, value) in base.iter().chain(edited.iter().filter(|(name, _)| !base.contains_key(*name))) {
                let inner = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                match (base.get(name), edited.get(name)) {
                    (Some(old), Some(new)) => compare(&inner, old, new, lines),
                    (Some(_), None) => lines.push(format!("- {inner}")),
                    _ if is_short(value) => lines.push(format!("+ {inner} = {}", shown(value))),
                    _ => lines.push(format!("+ {inner}")),
                }
            }
        }
        _ if is_short(base) && is_short(edited) => lines.push(format!("{lead}{} -> {}", shown(base), shown(edited))),
        _ => lines.push(format!("{lead}changed")),
    }
}

/// Multiset difference of two lists; with equal elements only their order changed.
fn elements(base: &[Value], edited: &[Value]) -> Vec<String> {
    let mut counts: BTreeMap<String, isize> = BTreeMap::new();
    for value in base {
        *counts.entry(element(value)).or_default() -= 1;
    }
    for value in edited {
        *counts.entry(element(value)).or_default() += 1;
    }
    // In the order of the lists, so that the effect reads like the source.
    let mut lines = Vec::new();
    for (list, sign, word) in [(base, -1, '-'), (edited, 1, '+')] {
        for name in list.iter().map(element) {
            if let Some(count) = counts.get_mut(&name).filter(|count| count.signum() == sign) {
                *count -= sign;
                lines.push(format!("{word} {}", if name.len() > MAX_TEXT { "(a long element)" } else { &name }));
            }
        }
    }
    if lines.is_empty() { vec!["reordered".to_owned()] } else { lines }
}

/// An element as people know it: text without quotes.
fn element(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn is_short(value: &Value) -> bool {
    match value {
        Value::String(text) => text.len() <= MAX_TEXT && !text.contains('\n'),
        Value::Array(_) | Value::Object(_) => value.to_string().len() <= MAX_TEXT,
        _ => true,
    }
}

/// A value in Nix's or JSON's words, cut when long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MAX_TEXT + 2) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target(expect: Expect) -> Target {
        Target {
            host: Some("nxiz".to_owned()),
            output: "nixosConfigurations.nxiz".to_owned(),
            label: "home.packages".to_owned(),
            question: "c.x".to_owned(),
            expect,
            forced: false,
        }
    }

    #[test]
    fn differences_in_words() {
        let cases = [
            (json!(["a", "b", "b"]), json!(["b", "c", "a"]), vec!["- b", "+ c"]),
            (json!(["a", "b"]), json!(["b", "a"]), vec!["reordered"]),
            (json!([22]), json!([22, 80, 80]), vec!["+ 80", "+ 80"]),
            (json!(false), json!(true), vec!["false -> true"]),
            (json!("a"), json!(null), vec!["\"a\" -> null"]),
            (json!("a\nb"), json!("c"), vec!["changed"]),
            (
                json!({"wifi": true, "old": 1, "k": {"z": [1]}}),
                json!({"wifi": false, "new": "x", "k": {"z": [2]}}),
                vec!["k.z: - 1", "k.z: + 2", "- old", "wifi: true -> false", "+ new = \"x\""],
            ),
            (json!([1]), json!([1]), vec![]),
        ];
        for (base, edited, expected) in cases {
            assert_eq!(difference(&base, &edited), expected, "{base} {edited}");
        }
        let many: Vec<usize> = (0..100).collect();
        assert_eq!(difference(&json!([]), &json!(many)).last().unwrap(), "and 60 more");
    }

    #[test]
    fn one_change_in_a_group_is_enough() {
        let any = || target(Expect::ChangedAny("dns of perHost".to_owned()));
        let changed = vec!["false -> true".to_owned()];
        assert!(judge_groups(&[any(), any()], &[&[], &changed]).is_ok());
        let (number, none) = judge_groups(&[target(Expect::Same), any(), any()], &[&[], &[], &[]]).unwrap_err();
        assert_eq!((number, none.code), (1, Code::EffectNone));
        let other_host = Target { host: Some("adeck".to_owned()), ..any() };
        assert_eq!(judge_groups(&[any(), other_host], &[&changed, &[]]).unwrap_err().0, 1);
    }

    #[test]
    fn expectations() {
        let (old, new) = (json!(["a"]), json!(["a", "b"]));
        assert_eq!(judge(&target(Expect::Changed), Some(&old), &new).unwrap(), ["+ b"]);
        let none = judge(&target(Expect::Changed), Some(&old), &old).unwrap_err();
        assert_eq!((none.code, none.message.as_str()), (Code::EffectNone, "home.packages of nxiz did not change"));
        assert!(judge(&target(Expect::Changed), None, &new).is_ok());
        let spill = judge(&target(Expect::Same), Some(&old), &new).unwrap_err();
        assert_eq!((spill.code, spill.message.as_str()), (Code::EffectSpill, "home.packages of nxiz would change as well: + b"));
        assert!(judge(&target(Expect::Same), Some(&old), &old).unwrap().is_empty());
        assert!(judge(&target(Expect::Same), None, &old).is_ok());
        let equals = target(Expect::Equals("[\"a\", \"b\"]".to_owned()));
        assert!(judge(&equals, None, &new).is_ok());
        let other = judge(&equals, Some(&new), &old).unwrap_err();
        assert_eq!((other.code, other.message.as_str()), (Code::EffectOther, "home.packages of nxiz is [\"a\"], not [\"a\",\"b\"]"));
        assert!(judge(&target(Expect::Evaluates), Some(&old), &new).is_ok());
        assert_eq!(judge(&target(Expect::Reported), Some(&old), &old).unwrap(), Vec::<String>::new());
        assert_eq!(judge(&target(Expect::Reported), Some(&old), &new).unwrap(), difference(&old, &new));
        assert_eq!(judge(&target(Expect::Reported), None, &new).unwrap(), ["did not evaluate before"]);
        assert_eq!(judge(&target(Expect::Equals("nope".to_owned())), None, &new).unwrap_err().code, Code::ResultBroken);
    }
}
