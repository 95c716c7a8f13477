//! Rules of the rules file: recipients by name, and what a new rule looks like.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::plan::{Place, Step};
use crate::project::secrets::is_key;
use crate::project::{Project, Recipient, Rule, Rules, Secrets};
use crate::syntax::attr_path::{AttrPath, quoted_string};
use crate::syntax::fragment::Fragment;
use crate::syntax::span;

/// The rules file. Refuses sops, and a flake without rules.
pub(super) fn rules(secrets: &Secrets) -> Result<&Rules> {
    if let Some(rules) = &secrets.rules {
        return Ok(rules);
    }
    match &secrets.sops {
        Some(place) => Err(Diagnostic::new(Code::SecretSops, "this flake uses sops-nix; nixedit secret supports agenix only")
            .candidates([place.file.clone()])
            .help("edit the secret with sops")),
        None => Err(Diagnostic::new(Code::FileMissing, "there is no agenix rules file such as secrets/secrets.nix")
            .help("name it in nixedit.toml: [secrets] rules = \"secrets/secrets.nix\"")),
    }
}

/// A secret's name as it is written in Nix and as a file. `x.age` means `x`.
pub(super) fn name(text: &str) -> Result<String> {
    let name = text.strip_suffix(".age").unwrap_or(text);
    let fits = |c: char| c.is_ascii_alphanumeric() || "._-+".contains(c);
    if name.is_empty() || name.starts_with(['.', '-']) || !name.chars().all(fits) {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("'{text}' is not a name for a secret"))
            .help("letters, digits, '.', '_' and '-': openrouter-key"));
    }
    Ok(name.to_owned())
}

/// The recipient that people mean by a name, a list's name, or a public key.
pub(super) fn recipient(project: &Project, rules: &Rules, name: &str) -> Result<Recipient> {
    if is_key(name) {
        let keys = project.secret_keys(rules, &format!("[ {} ]", quoted_string(name)))?;
        return Ok(Recipient { name: name.to_owned(), text: quoted_string(name), keys, is_list: false });
    }
    let known = project.secret_recipients(rules)?;
    let mut found: Vec<&Recipient> = known.iter().filter(|r| r.name == name || r.text == name).collect();
    if let Some(exact) = found.iter().position(|r| r.text == name) {
        found = vec![found[exact]];
    }
    match found.as_slice() {
        [only] => Ok((*only).clone()),
        [] => {
            let names = names(&known);
            // A name that is no `let` binding may still mean something there (`with import …;`).
            let plain = AttrPath::parse(name).ok().and_then(|path| project.secret_keys(rules, &format!("[ {path} ]")).ok());
            match plain {
                Some(keys) => Ok(Recipient { name: name.to_owned(), text: name.to_owned(), keys, is_list: false }),
                None => {
                    Err(Diagnostic::new(Code::SecretRecipientUnknown, format!("unknown recipient '{name}'; known: {}", names.join(", ")))
                        .help(format!("bind its public key in {}, or give the key itself", rules.file))
                        .candidates(names))
                }
            }
        }
        several => {
            let texts: Vec<&str> = several.iter().map(|r| r.text.as_str()).collect();
            Err(Diagnostic::new(Code::SecretRecipientUnknown, format!("'{name}' may mean {}", texts.join(" or ")))
                .help("write it as the rules file does")
                .candidates(texts))
        }
    }
}

/// What recipients are called, each name once.
pub(super) fn names(known: &[Recipient]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in known.iter().map(|recipient| &recipient.name).filter(|name| !name.is_empty()) {
        if !out.contains(name) {
            out.push(name.clone());
        }
    }
    out
}

/// `[ a b ] ++ list`.
pub(super) fn value(recipients: &[Recipient]) -> Result<Fragment> {
    let single: Vec<&str> = recipients.iter().filter(|r| !r.is_list).map(|r| r.text.as_str()).collect();
    let mut parts: Vec<String> = Vec::new();
    if !single.is_empty() {
        parts.push(format!("[ {} ]", single.join(" ")));
    }
    parts.extend(recipients.iter().filter(|r| r.is_list).map(|r| r.text.clone()));
    Fragment::parse(&parts.join(" ++ "))
}

/// The step that adds a rule, written as `model` is.
pub(super) fn added(project: &Project, rules: &Rules, model: Option<&Rule>, key: &str, recipients: &Fragment) -> Result<Step> {
    let own = AttrPath::from_names([key]).unwrap_or_else(|| unreachable!("one name"));
    let (path, value) = match model.and_then(|rule| rule.set.as_ref()) {
        None => (own.child("publicKeys"), recipients.clone()),
        Some(attributes) => {
            let source = project.source(&rules.file)?;
            let value = |path: &AttrPath, value| {
                if path.names() == ["publicKeys"] { recipients.text().to_owned() } else { Fragment::of(&source, value).text().to_owned() }
            };
            let attributes: Vec<_> = attributes.iter().map(|(path, old)| (path.to_string(), value(path, old))).collect();
            (own, Fragment::set(&attributes, super::secret_entry::has_one_line_sets(&rules.set))?)
        }
    };
    Ok(Step::InsertBinding { file: rules.file.clone(), set: span(&rules.set), path, value, place: Place::Last, comment: None })
}

/// Whether new files are written as text: the rule says so, or most of its neighbours are.
pub(super) fn is_armored(project: &Project, rules: &Rules, model: Option<&Rule>) -> Result<bool> {
    if let Some(attributes) = model.and_then(|rule| rule.set.as_ref()) {
        let stated = attributes.iter().find(|(path, _)| path.names() == ["armor"]);
        if let Some((_, value)) = stated {
            return Ok(value.text() == "true");
        }
    }
    let mut count = (0, 0);
    for rule in &rules.rules {
        if let Some(bytes) = project.bytes(&rules.path_of(&rule.key))? {
            count.0 += usize::from(bytes.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----"));
            count.1 += 1;
        }
    }
    Ok(2 * count.0 > count.1)
}

/// The command that writes the encrypted file of a key.
pub(super) fn agenix(rules: &Rules, arguments: &str) -> String {
    let usual = match rules.folder.as_str() {
        "" => "secrets.nix".to_owned(),
        folder => format!("{folder}/secrets.nix"),
    };
    let place = if rules.folder.is_empty() { String::new() } else { format!(" (in {}/)", rules.folder) };
    if rules.file == usual {
        format!("agenix {arguments}{place}")
    } else {
        format!("RULES={} agenix {arguments}{place}", crate::text::relative_path(&rules.folder, &rules.file))
    }
}
