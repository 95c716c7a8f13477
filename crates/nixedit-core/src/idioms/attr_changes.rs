//! Changes to a package's attributes, as the text of an `overrideAttrs`.

use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::OverlayOverride;
use crate::plan::{Place, Step};
use crate::project::Project;
use crate::syntax::attr_path::AttrPath;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::fragment::{Fragment, plain_name};
use crate::syntax::parse::Source;
use crate::syntax::{SyntaxKind, SyntaxNode, scope, span};
use crate::text::{one_line, parent_path, relative_path};

/// How the functions around the text call their arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The finished package set.
    pub last: String,
    /// The package set so far.
    pub previous: String,
    /// The attributes before.
    pub old: String,
}

/// What is to become of one attribute.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub path: AttrPath,
    pub set: Option<Fragment>,
    pub append: Vec<Fragment>,
    pub remove: Vec<Fragment>,
}

/// The changes asked for, one per attribute, as an overlay in `file` writes them.
pub(super) fn read(project: &Project, args: &OverlayOverride, file: &str) -> Result<Vec<Change>> {
    let mut out: Vec<Change> = Vec::new();
    for text in &args.set {
        let (path, value) = assignment("--set", text)?;
        let change = entry(&mut out, path);
        if change.set.is_some() {
            return Err(twice(&change.path));
        }
        change.set = Some(value);
    }
    for (flag, texts) in [("--append", &args.append), ("--remove", &args.remove)] {
        for text in texts {
            let (path, value) = assignment(flag, text)?;
            let change = entry(&mut out, path);
            if change.set.is_some() {
                return Err(twice(&change.path));
            }
            let list = if flag == "--append" { &mut change.append } else { &mut change.remove };
            list.push(value.as_element());
        }
    }
    for patch in &args.patch {
        let path = AttrPath::parse("patches")?;
        let value = patch_path(project, patch, file)?;
        entry(&mut out, path).append.push(value);
    }
    if out.is_empty() {
        return Err(Diagnostic::new(Code::UsageInvalid, format!("what is to change about {}?", args.package))
            .help("say it with --set NAME=VALUE, --append NAME=ITEM, --remove NAME=ITEM or --patch FILE"));
    }
    Ok(out)
}

fn entry(changes: &mut Vec<Change>, path: AttrPath) -> &mut Change {
    let index = changes.iter().position(|change| change.path == path).unwrap_or_else(|| {
        changes.push(Change { path, set: None, append: Vec::new(), remove: Vec::new() });
        changes.len() - 1
    });
    &mut changes[index]
}

fn twice(path: &AttrPath) -> Box<Diagnostic> {
    Diagnostic::new(Code::UsageInvalid, format!("{path} is both set and changed, or set twice")).help("give one value for it")
}

fn assignment(flag: &str, text: &str) -> Result<(AttrPath, Fragment)> {
    let bad = || Diagnostic::new(Code::UsageInvalid, format!("'{text}' is not NAME=VALUE")).help(format!("{flag} doCheck=false"));
    let (name, value) = text.split_once('=').ok_or_else(bad)?;
    Ok((AttrPath::parse(name.trim())?, Fragment::parse(value)?))
}

/// The patch file as a path literal of an overlay in `file`.
fn patch_path(project: &Project, patch: &str, file: &str) -> Result<Fragment> {
    let Some(known) = crate::text::join_path("", patch).filter(|path| project.exists(path) && !project.is_folder(path)) else {
        return Err(Diagnostic::new(Code::FileMissing, format!("there is no patch file {patch}"))
            .help("put the patch into the flake first; its path is relative to the flake's folder"));
    };
    let path = relative_path(parent_path(file), &known);
    if path.chars().all(|c| c.is_ascii_alphanumeric() || "./_-+".contains(c)) {
        Fragment::parse(&path)
    } else {
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", &path));
        Fragment::parse(&format!("({folder}/. + {})", crate::syntax::attr_path::quoted_string(&format!("/{name}"))))
    }
}

impl Change {
    /// Whether the text reads the attributes before.
    pub fn needs_old(&self) -> bool {
        !self.append.is_empty() || !self.remove.is_empty() || self.reads(&["old"])
    }

    /// Whether the text reads the finished package set.
    pub fn needs_last(&self) -> bool {
        self.reads(&["final", "self"])
    }

    fn reads(&self, names: &[&str]) -> bool {
        let all = self.set.iter().chain(&self.append).chain(&self.remove);
        all.flat_map(|fragment| scope::free_variables(&fragment.node())).any(|(name, _)| names.contains(&name.as_str()))
    }

    /// The value where the override does not mention the attribute yet.
    pub fn fresh(&self, names: &Names) -> Result<Fragment> {
        match &self.set {
            Some(value) => renamed(value, names),
            None => self.around(&format!("({}.{} or [ ])", names.old, self.path), names),
        }
    }

    /// `base` without what is removed and with what is appended.
    fn around(&self, base: &str, names: &Names) -> Result<Fragment> {
        let mut text = base.to_owned();
        for item in &self.remove {
            let item = renamed(item, names)?;
            let inner = if text.starts_with('(') { text } else { format!("({text})") };
            text = format!("{}.lib.remove {} {inner}", names.previous, item.text());
        }
        if !self.append.is_empty() {
            let items: Vec<String> =
                self.append.iter().map(|item| renamed(item, names).map(|f| f.text().to_owned())).collect::<Result<_>>()?;
            text = format!("{text} ++ [ {} ]", items.join(" "));
        }
        Fragment::parse(&text)
    }

    /// The steps that bring an existing value to what is asked; none where it is so.
    pub fn upon(&self, source: &Source, value: &SyntaxNode, names: &Names) -> Result<Vec<Step>> {
        let replace = |with: Fragment| Step::Replace { file: source.path.clone(), at: span(value), with };
        if let Some(wanted) = &self.set {
            let wanted = renamed(wanted, names)?;
            let same = one_line(wanted.text()) == one_line(&value.text().to_string());
            return Ok(if same { Vec::new() } else { vec![replace(wanted)] });
        }
        let left = self.left_to_do(value, names)?;
        if left.append.is_empty() && left.remove.is_empty() {
            return Ok(Vec::new());
        }
        if left.remove.is_empty()
            && let Some(list) = own_list(value)
        {
            let elements = left.append.iter().map(|item| renamed(item, names)).collect::<Result<_>>()?;
            return Ok(vec![Step::InsertElements {
                file: source.path.clone(),
                list: span(&list),
                elements,
                place: Place::Last,
                comment: None,
            }]);
        }
        let old = Fragment::of(source, value);
        let plain = matches!(old.kind(), SyntaxKind::NODE_LIST | SyntaxKind::NODE_PAREN | SyntaxKind::NODE_SELECT | SyntaxKind::NODE_IDENT);
        let base = if plain { old.text().to_owned() } else { format!("({})", old.text()) };
        Ok(vec![replace(left.around(&base, names)?)])
    }

    /// This change without what the value does already.
    fn left_to_do(&self, value: &SyntaxNode, names: &Names) -> Result<Change> {
        let text = one_line(&value.text().to_string());
        let lists = body::lists(value);
        let mut left = Change { append: Vec::new(), remove: Vec::new(), ..self.clone() };
        for item in &self.append {
            let wanted = plain_name(renamed(item, names)?.text());
            let has = |list: &SyntaxNode| list.children().any(|element| plain_name(&element.text().to_string()) == wanted);
            if !lists.iter().any(|reached| has(&reached.node)) {
                left.append.push(item.clone());
            }
        }
        for item in &self.remove {
            let call = format!("remove {} ", one_line(renamed(item, names)?.text()));
            if !text.contains(&call) {
                left.remove.push(item.clone());
            }
        }
        Ok(left)
    }
}

/// The last list literal that a value ends in, reached through `++` alone.
fn own_list(value: &SyntaxNode) -> Option<SyntaxNode> {
    let reached = body::lists(value).into_iter().rev();
    reached.filter(|r| r.wrappers.iter().all(|w| *w == Wrapper::Operand)).map(|r| r.node).next()
}

/// The expression with `prev`, `final` and `old` called as the functions around it call them.
fn renamed(fragment: &Fragment, names: &Names) -> Result<Fragment> {
    let root = fragment.node();
    let mut text = fragment.text().to_owned();
    let mut uses: Vec<_> = root.descendants().filter(|n| n.kind() == SyntaxKind::NODE_IDENT && scope::is_variable(n)).collect();
    uses.reverse();
    for ident in uses {
        let own = ident.text().to_string();
        let free = !matches!(scope::meaning(&ident, &own), scope::Meaning::Lexical(_));
        let new = match own.as_str() {
            "prev" | "super" => &names.previous,
            "final" | "self" => &names.last,
            "old" => &names.old,
            _ => continue,
        };
        if free {
            let at = span(&ident);
            text.replace_range(at.start..at.end, new);
        }
    }
    Fragment::parse(&text)
}
