//! Names near a misspelled one, for "did you mean".
//!
//! Nix and its module system count a swap of two letters as two mistakes, so that `htpo` suggests
//! anything but `htop`. Here it is one.

/// At most this many names are suggested.
const MAX_NAMES: usize = 5;
/// Longer names are not compared; nobody mistypes a whole paragraph.
const MAX_LENGTH: usize = 128;

/// The names near `name`, the likeliest first, without `name` itself. Case, `_` and `-` count
/// only when nothing else tells two names apart.
pub fn near<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let folded = folded(name);
    let mistakes = allowed_mistakes(folded.len());
    let mut found: Vec<(usize, usize, &str)> = Vec::new();
    for candidate in candidates {
        let other = self::folded(candidate);
        let in_reach = folded.len().abs_diff(other.len()) <= mistakes && other.len() <= MAX_LENGTH && candidate != name;
        if let Some(distance) = in_reach.then(|| distance(&folded, &other)).filter(|&d| d <= mistakes) {
            let common = folded.iter().zip(&other).take_while(|(a, b)| a == b).count();
            found.push((distance, usize::MAX - common, candidate));
        }
    }
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(MAX_NAMES).map(|(_, _, candidate)| candidate.to_owned()).collect()
}

/// The names near `name`, then those that begin with it.
pub fn near_or_longer<'n>(name: &str, candidates: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let mut out = near(name, candidates.iter().copied());
    let mut longer: Vec<&str> = candidates.into_iter().filter(|other| name.len() >= 3 && other.len() > name.len()).collect();
    longer.retain(|other| other.starts_with(name) && !out.iter().any(|known| known == other));
    longer.sort_by_key(|other| (other.len(), *other));
    out.extend(longer.into_iter().take(MAX_NAMES).map(str::to_owned));
    out
}

/// One mistake in three letters, at least one and at most four; none in a single letter.
fn allowed_mistakes(length: usize) -> usize {
    if !(2..=MAX_LENGTH).contains(&length) { 0 } else { (length / 3).clamp(1, 4) }
}

fn folded(name: &str) -> Vec<char> {
    name.chars().flat_map(char::to_lowercase).map(|c| if c == '_' { '-' } else { c }).collect()
}

/// Optimal string alignment: insertions, deletions, replacements and swaps of neighbours, no
/// stretch edited twice.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(a: &str, b: &str) -> usize {
        distance(&folded(a), &folded(b))
    }

    #[test]
    fn a_swap_is_one_mistake() {
        assert_eq!(between("htpo", "htop"), 1);
        assert_eq!(between("ripgrap", "ripgrep"), 1);
        assert_eq!(between("ca", "abc"), 3);
        assert_eq!(between("", "abc"), 3);
        assert_eq!(between("abc", "abc"), 0);
    }

    #[test]
    fn the_likeliest_comes_first() {
        let names = ["halo", "h2o", "htop", "hcp", "ctpl", "btop"];
        assert_eq!(near("htpo", names), ["htop"]);
        assert_eq!(near("ripgrepp", ["ripgrep-all", "repgrep", "ripgrep", "ripdrag"])[0], "ripgrep");
        assert_eq!(near("home_manager", ["home-manager", "zellij"]), ["home-manager"]);
        assert_eq!(near("services.openssh.enabel", ["services.openssh.enable", "services.nginx.enable"]), ["services.openssh.enable"]);
    }

    #[test]
    fn the_beginning_of_a_name_finds_it() {
        assert_eq!(near_or_longer("firef", ["firefox", "firefox-esr", "fire", "git"]), ["fire", "firefox", "firefox-esr"]);
        assert!(near_or_longer("gi", ["gitoxide-of-all"]).is_empty());
    }

    #[test]
    fn a_name_is_not_near_itself_or_anything_far() {
        assert!(near("fd", ["fd", "git", "eza"]).is_empty());
        assert!(near("x", ["y", "xx"]).is_empty());
        assert!(near("", ["a"]).is_empty());
    }
}
