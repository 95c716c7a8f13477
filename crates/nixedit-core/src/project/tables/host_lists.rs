//! Lists of hosts: which of them have something, asked by `builtins.elem config.my.host LIST`.

use super::feeds;
use super::find::is_selector;
use super::readers::uses;
use super::rows::bound_value;
use crate::diagnostic::Result;
use crate::project::Project;
use crate::settings::PerHostSettings;
use crate::syntax::attr_path::{AttrPath, plain_string};
use crate::syntax::parse::Source;
use crate::syntax::scope::{self, Meaning};
use crate::syntax::{SyntaxKind, SyntaxNode, body, span};
use rnix::ast;
use rowan::ast::AstNode;

/// A list with hosts among its elements that a test for the host's own name reads.
#[derive(Clone, Debug)]
pub struct HostList {
    /// The file it stands in.
    pub source: Source,
    /// The name it is bound to; a list that is written where it is read has none.
    pub name: Option<String>,
    /// The `NODE_LIST`.
    pub list: SyntaxNode,
    /// The tests that read it: calls of `elem`.
    pub tests: Vec<SyntaxNode>,
    /// Other uses of its name.
    pub other_uses: Vec<SyntaxNode>,
    /// The expression that the tests look for, such as `config.my.host`.
    pub selector: String,
    /// The options that the tests decide.
    pub feeds: Vec<AttrPath>,
}

impl HostList {
    /// The hosts that it names, in source order.
    pub fn hosts(&self) -> Vec<String> {
        self.list.children().filter_map(ast::Str::cast).filter_map(|text| plain_string(&text)).collect()
    }

    /// What people call it: its name, or the option that it decides.
    pub fn title(&self) -> String {
        let option = || self.feeds.first().map(ToString::to_string);
        self.name.clone().or_else(option).unwrap_or_else(|| "the list".to_owned())
    }

    /// The element that names a host.
    pub fn element(&self, host: &str) -> Option<SyntaxNode> {
        let is = |node: &SyntaxNode| ast::Str::cast(node.clone()).and_then(|text| plain_string(&text)).as_deref() == Some(host);
        self.list.children().find(is)
    }
}

impl Project {
    /// The lists of one file that name a host which the outputs have no longer, or hosts that they have.
    pub fn host_lists_naming(&self, file: &str, gone: &str) -> Result<Vec<HostList>> {
        let mut hosts = self.table_hosts();
        hosts.push(gone.to_owned());
        Ok(lists(&self.source(file)?, &hosts, &self.settings().perhost))
    }

    /// The lists of hosts of one file, or of all files that hosts are made of.
    pub fn host_lists(&self, file: Option<&str>) -> Result<Vec<HostList>> {
        let (hosts, settings) = (self.table_hosts(), &self.settings().perhost);
        if let Some(file) = file {
            return Ok(lists(&self.source(file)?, &hosts, settings));
        }
        let files = self.files_of_hosts().into_iter().filter(|file| self.mentions(file, "elem"));
        Ok(files.filter_map(|file| self.source(&file).ok()).flat_map(|source| lists(&source, &hosts, settings)).collect())
    }
}

/// The lists of hosts of one file, in source order. Where no host is known, any list of names may be one.
fn lists(source: &Source, hosts: &[String], settings: &PerHostSettings) -> Vec<HostList> {
    let mut out: Vec<HostList> = Vec::new();
    for call in source.root.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY) {
        let (head, arguments) = body::call(&call);
        let [wanted, list] = arguments.as_slice() else { continue };
        if body::last_name(&head) != "elem" || !is_selector(wanted, !hosts.is_empty(), settings) {
            continue;
        }
        let Some((name, list)) = literal(list) else { continue };
        match out.iter_mut().find(|known| known.list == list) {
            Some(known) => known.tests.push(call),
            None => out.push(HostList {
                source: source.clone(),
                name,
                list,
                tests: vec![call],
                other_uses: Vec::new(),
                selector: body::without_parens(wanted).text().to_string(),
                feeds: Vec::new(),
            }),
        }
    }
    out.retain(|list| hosts.is_empty() || list.hosts().iter().any(|name| hosts.contains(name)) || list.hosts().is_empty());
    out.iter_mut().for_each(complete);
    out.sort_by_key(|list| span(&list.list).start);
    out
}

/// The list that an argument is or names.
fn literal(argument: &SyntaxNode) -> Option<(Option<String>, SyntaxNode)> {
    let argument = body::without_parens(argument);
    let is_list = |node: &SyntaxNode| node.kind() == SyntaxKind::NODE_LIST;
    if is_list(&argument) {
        return Some((None, argument));
    }
    let name = (argument.kind() == SyntaxKind::NODE_IDENT).then(|| argument.text().to_string())?;
    let value = bound_value(&argument, &name).filter(is_list)?;
    Some((Some(name), value))
}

/// Adds what the tests decide, and what else reads the name.
fn complete(list: &mut HostList) {
    for option in list.tests.iter().flat_map(feeds::options) {
        if !list.feeds.contains(&option) {
            list.feeds.push(option);
        }
    }
    let Some(name) = &list.name else { return };
    let Some(test) = list.tests.first() else { return };
    let Meaning::Lexical(binder) = scope::meaning(test, name) else { return };
    let in_test = |node: &SyntaxNode| list.tests.iter().any(|test| span(test).contains(span(node)));
    list.other_uses = uses(&binder, name).into_iter().filter(|node| !in_test(node)).collect();
}
