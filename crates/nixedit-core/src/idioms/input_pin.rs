//! A flake reference at a branch, tag or revision.

use crate::diagnostic::{Code, Diagnostic, Result};

/// The address with another branch or tag, another revision, or both; what it said of either is dropped.
pub(super) fn pinned(url: &str, reference: Option<&str>, rev: Option<&str>) -> Result<String> {
    if reference.is_none() && rev.is_none() {
        return Ok(url.to_owned());
    }
    if let Some(rev) = rev.filter(|rev| rev.len() != 40 || !rev.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Err(Diagnostic::new(Code::InputAddress, format!("'{rev}' is no revision"))
            .help("all 40 hexadecimal digits; a branch or tag is given with --ref"));
    }
    let (bare, query) = url.split_once('?').unwrap_or((url, ""));
    let kept = query.split('&').filter(|part| !part.is_empty() && !part.starts_with("ref=") && !part.starts_with("rev="));
    let mut query: Vec<String> = kept.map(str::to_owned).collect();
    let mut bare = bare.to_owned();
    if let Some(forge) = ["github:", "gitlab:", "sourcehut:"].iter().find(|forge| bare.starts_with(*forge)) {
        let Some(at) = rev.or(reference).filter(|_| rev.is_none() || reference.is_none()) else {
            let error = Diagnostic::new(Code::InputAddress, format!("{forge} takes a branch or a revision, not both"));
            return Err(error.help("leave --ref away; the revision says which commit"));
        };
        let repository: Vec<&str> = bare.splitn(3, '/').take(2).collect();
        bare = format!("{}/{at}", repository.join("/"));
    } else if bare.starts_with("git") {
        query.extend(reference.map(|reference| format!("ref={reference}")));
        query.extend(rev.map(|rev| format!("rev={rev}")));
    } else {
        return Err(
            Diagnostic::new(Code::InputAddress, format!("{url} has no branches or revisions")).help("give the whole new address instead")
        );
    }
    Ok(if query.is_empty() { bare } else { format!("{bare}?{}", query.join("&")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_pinned_where_each_kind_says_so() {
        let rev = "0123456789abcdef0123456789abcdef01234567";
        let to = |url: &str, reference: Option<&str>, rev: Option<&str>| pinned(url, reference, rev).unwrap();
        assert_eq!(to("github:o/r/main?dir=x", Some("v1"), None), "github:o/r/v1?dir=x");
        assert_eq!(to("github:o/r", None, Some(rev)), format!("github:o/r/{rev}"));
        assert_eq!(to("git+https://h/p?ref=main&dir=x", Some("v1"), Some(rev)), format!("git+https://h/p?dir=x&ref=v1&rev={rev}"));
        assert_eq!(to("path:./x", None, None), "path:./x");
        assert!(pinned("path:./x", Some("v1"), None).is_err() && pinned("github:o/r", None, Some("abc")).is_err());
        assert!(pinned("github:o/r", Some("v1"), Some(rev)).is_err());
    }
}
