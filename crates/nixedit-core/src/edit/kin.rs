//! Which items belong beside which, by their names alone.

use super::sequence::Sequence;
use std::ops::Range;

/// Shortest first word that makes two names kin, in characters.
const SHORTEST_WORD: usize = 2;

/// Fewest letters that strings and longer paths must begin with alike to be kin.
const BEGINNING: usize = 5;

/// The last run of list elements that are kin to `name`: as close as any is. Paths are by the
/// folders they share, names by their first word; where there are none such, other elements
/// than single names by their beginning (3 other list items).
pub fn elements(seq: &Sequence, name: &str) -> Option<Range<usize>> {
    let close: Vec<usize> = seq.items.iter().map(|item| kinship(&item.name(), name)).collect();
    last_run(&close).or_else(|| {
        let letters = |item: &str| beginning(&plain(item), &plain(name));
        let alike: Vec<usize> = seq.items.iter().map(|item| letters(&item.name())).collect();
        last_run(&alike).filter(|_| folders(name).is_none() && !is_single(name))
    })
}

/// How many letters two names begin with alike; 0 where that is by chance.
fn beginning(one: &str, other: &str) -> usize {
    let letters = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    if letters >= BEGINNING { letters } else { 0 }
}

fn plain(name: &str) -> String {
    name.strip_prefix("pkgs.").unwrap_or(name).to_lowercase()
}

/// Whether a name is a single one: no path, no attribute of a set.
pub fn is_single(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// The last run of the greatest number, unless that is zero.
pub fn last_run(numbers: &[usize]) -> Option<Range<usize>> {
    let most = *numbers.iter().max().filter(|&&most| most > 0)?;
    let end = numbers.iter().rposition(|&n| n == most)? + 1;
    let start = numbers[..end].iter().rposition(|&n| n != most).map_or(0, |at| at + 1);
    Some(start..end)
}

/// How close two elements are: paths by the folders they share from the first on, names by a
/// first word in common (`kdePackages.ark` and `kdePackages.kate`, `nix-tree` and `nix-diff`).
fn kinship(one: &str, other: &str) -> usize {
    match (folders(one), folders(other)) {
        (Some((up, one)), Some((other_up, other))) if up == other_up => {
            let shared = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
            shared.min(other.len().saturating_sub(1))
        }
        (None, None) => usize::from(first_word(one).is_some_and(|word| first_word(other) == Some(word))),
        _ => 0,
    }
}

/// Where a path starts (`./`, `../../`, nothing) and its parts; `None` for what is no path.
fn folders(name: &str) -> Option<(&str, Vec<&str>)> {
    let path = name.trim_matches('"');
    let rest = path.trim_start_matches(['.', '/']);
    let is_path = path.contains('/') && !name.starts_with('(');
    is_path.then(|| (&path[..path.len() - rest.len()], rest.split('/').collect()))
}

/// What stands in front of the first dash, dot or underscore of a name.
pub fn first_word(name: &str) -> Option<&str> {
    let name = name.strip_prefix("pkgs.").unwrap_or(name);
    let word = name.split(['-', '.', '_']).next()?;
    (word.len() >= SHORTEST_WORD && !word.starts_with(['"', '('])).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(text: &str, name: &str) -> Option<Range<usize>> {
        let root = rnix::Root::parse(text).syntax();
        elements(&Sequence::of(text, &root.first_child().unwrap()).unwrap(), name)
    }

    #[test]
    fn by_folders_words_and_beginnings() {
        assert_eq!(kin("[ ./a/b.nix ./a/c.nix ./d.nix ]", "./a/e.nix"), Some(0..2));
        assert_eq!(kin("[ ./a/b.nix ../a/c.nix ]", "../a/e.nix"), Some(1..2));
        assert_eq!(kin("[ nix-tree git nix-diff ]", "nix-du"), Some(2..3), "the last run");
        assert_eq!(kin("[ nixd git ]", "nix-du"), None);
        assert_eq!(kin(r#"[ "network" "wheel" ]"#, r#""networkmanager""#), Some(0..1));
        assert_eq!(kin("[ networkd wheel ]", "networkmanager"), None, "a name's beginning may be chance");
    }
}
