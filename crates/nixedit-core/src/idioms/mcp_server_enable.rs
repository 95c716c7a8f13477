//! `mcp-server enable SERVER --host HOST --client PROGRAM`: give agents of a home an MCP server.
//!
//! ```text
//! mcp-servers.programs = { };   =>   mcp-servers.programs = {
//!                                      filesystem = { enable = true; args = [ "/home/zk/docs" ]; };
//!                                    };
//! ```
//! The first one brings along the input, the module's import and `programs.mcp.enable`.
//!
//! Refuses: a credential as a plain value, which would lie in the Nix store for everyone to read; a home
//! whose settings other hosts share.

use super::home_program::{self, Home};
use super::mcp_servers::{self, ROOT};
use crate::diagnostic::{Code, Diagnostic, Result};
use crate::operation::{InputAdd, McpServerEnable, Operation, OptionSet};
use crate::plan::{Expect, Plan};
use crate::project::Project;
use crate::syntax::attr_path::{AttrPath, quoted_name, quoted_string};

/// The flake with the module.
const MODULE: &str = "natsukium/mcp-servers-nix";

/// Endings of the names that credentials have.
const CREDENTIALS: &[&str] = &["KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIALS"];

/// The plan of one part; `None` behind the last.
pub(super) fn part(project: &Project, args: &McpServerEnable, index: usize) -> Result<Option<Plan>> {
    check_environment(args)?;
    let home = mcp_servers::home(project, &args.hosts)?;
    let parts = parts(project, args, &home)?;
    let Some(operation) = parts.get(index) else { return Ok(None) };
    let mut plan = home_program::part(project, operation.as_ref())?;
    if index == 0 {
        plan.hosts = vec![home.host.name.clone()];
        plan.summary = format!("enabled the MCP server {} for {}", args.server, home.host.name);
        plan.targets.extend(targets(&home, args));
    }
    Ok(Some(plan))
}

/// `NAME=VALUE` each, and nothing that must not be read by everyone.
fn check_environment(args: &McpServerEnable) -> Result<()> {
    for pair in &args.env {
        let Some((name, _)) = pair.split_once('=').filter(|(name, _)| !name.is_empty()) else {
            return Err(Diagnostic::new(Code::UsageInvalid, format!("'{pair}' has no value")).help("write it as --env NAME=VALUE"));
        };
        let upper = name.to_ascii_uppercase();
        if CREDENTIALS.iter().any(|end| upper.ends_with(end)) {
            let message = format!("mcp-server '{}': refusing to write a credential ({name}) into the Nix store", args.server);
            return Err(Diagnostic::new(Code::SecretValueInArgv, message)
                .help("use --env-file <path>, or --secret <name> with the name of an agenix secret"));
        }
    }
    Ok(())
}

/// The operations that make it up, in order; `None` where there is nothing to do for one.
fn parts(project: &Project, args: &McpServerEnable, home: &Home) -> Result<Vec<Option<Operation>>> {
    let url = args.module_url.clone().unwrap_or_else(|| format!("github:{MODULE}"));
    let wanted = InputAdd { name: "mcp-servers-nix".to_owned(), url, no_lock: args.no_lock, ..InputAdd::default() };
    let (add_module, import) = home_program::module(project, home, wanted, MODULE, ROOT)?;
    let mut out = vec![add_module, import];
    out.push(Some(home.set(AttrPath::parse("programs.mcp.enable")?, "true")));
    let own = mcp_servers::path(&args.server, "")?;
    let settings = settings(args);
    let alone = settings.len() == 1 && args.secret.is_none();
    out.push(match (home.sets(&own), home.sets(&AttrPath::parse(ROOT)?)) {
        (true, _) => None,
        // The next part sets it dotted.
        _ if alone => None,
        (false, true) => Some(home.set(own, written(&settings))),
        (false, false) => {
            let inner = written(&settings).replace('\n', "\n  ");
            Some(home.set(AttrPath::parse(ROOT)?, format!("{{\n  {} = {inner};\n}}", quoted_name(&args.server))))
        }
    });
    for (name, value) in settings {
        out.push(Some(home.set(mcp_servers::path(&args.server, &format!(".{name}"))?, value)));
    }
    if let Some(secret) = &args.secret {
        let path = mcp_servers::path(&args.server, ".envFile")?;
        out.push(Some(match home.set(path, "") {
            Operation::OptionSet(set) => Operation::OptionSet(OptionSet { secret: Some(secret.clone()), nix: false, ..set }),
            other => other,
        }));
    }
    for client in &args.clients {
        out.push(Some(home.set(AttrPath::parse(&format!("programs.{}.enableMcpIntegration", quoted_name(client)))?, "true")));
    }
    Ok(out)
}

/// The server's own settings: path and value.
fn settings(args: &McpServerEnable) -> Vec<(String, String)> {
    let mut out = vec![("enable".to_owned(), "true".to_owned())];
    if !args.args.is_empty() {
        let quoted: Vec<String> = args.args.iter().map(|arg| quoted_string(arg)).collect();
        out.push(("args".to_owned(), format!("[ {} ]", quoted.join(" "))));
    }
    let pairs = args.env.iter().filter_map(|pair| pair.split_once('='));
    out.extend(pairs.map(|(name, value)| (format!("env.{}", quoted_name(name)), quoted_string(value))));
    out.extend(args.env_file.iter().map(|file| ("envFile".to_owned(), quoted_string(file))));
    out
}

fn written(settings: &[(String, String)]) -> String {
    let lines: String = settings.iter().map(|(name, value)| format!("  {name} = {value};\n")).collect();
    format!("{{\n{lines}}}")
}

/// The server is started, or started in another way, or a client came to it.
fn targets(home: &Home, args: &McpServerEnable) -> Vec<crate::plan::Target> {
    let either = || Expect::ChangedAny("mcp-server".to_owned());
    let server = quoted_name(&args.server);
    let mut out = vec![
        mcp_servers::started(home, &args.server, &format!("programs.mcp.servers.{server}"), either()),
        home.asks(&format!("programs.mcp.servers.{server}.command"), &format!("programs.mcp.servers.{server}.command"), Expect::Evaluates),
    ];
    if args.secret.is_some() || args.env_file.is_some() {
        let path = format!("{ROOT}.{server}.envFile");
        out.push(home.asks(&path, &format!("{path} or null"), either()));
    }
    for client in &args.clients {
        let path = format!("programs.{}.enableMcpIntegration", quoted_name(client));
        out.push(home.asks(&path, &format!("{path} or null"), either()));
    }
    out
}
