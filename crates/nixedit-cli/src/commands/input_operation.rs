//! What `nixedit input …` asks for.

use super::input::{Add, Command, Follow, LockArgs};
use nixedit_core::operation::{InputAdd, InputFollow, InputFollowAuto, InputLock, InputRemove, InputSetUrl, InputUnfollow, Operation};

impl Command {
    /// The operation; `None` for the listing, which changes nothing.
    pub fn operation(&self) -> Option<Operation> {
        Some(match self {
            Command::Add(args) => add(args),
            Command::Remove(args) => Operation::InputRemove(InputRemove {
                file: args.file.clone(),
                name: args.name.clone(),
                prune_uses: args.prune_uses,
                no_lock: args.lock.no_lock,
            }),
            Command::SetUrl(args) => Operation::InputSetUrl(InputSetUrl {
                file: args.file.clone(),
                name: args.name.clone(),
                url: args.url.clone(),
                reference: args.reference.clone(),
                rev: args.rev.clone(),
                why: args.why.clone(),
                until: args.until.clone(),
                no_lock: args.lock.no_lock,
            }),
            Command::Follow(args) => follow(args),
            Command::Unfollow(args) => Operation::InputUnfollow(InputUnfollow {
                file: args.file.clone(),
                name: args.name.clone(),
                of: args.of.clone(),
                no_lock: args.lock.no_lock,
            }),
            Command::Lock(args) => Operation::InputLock(InputLock { file: args.file.clone() }),
            Command::List(_) => return None,
        })
    }

    pub fn name(&self) -> &'static str {
        match self {
            Command::Add(_) => "input add",
            Command::Remove(_) => "input remove",
            Command::SetUrl(_) => "input set-url",
            Command::Follow(_) => "input follow",
            Command::Unfollow(_) => "input unfollow",
            Command::Lock(_) => "input lock",
            Command::List(_) => "input list",
        }
    }
}

/// The input's name, its own or that of its address.
fn add(args: &Add) -> Operation {
    Operation::InputAdd(InputAdd {
        with_sources: false,
        file: args.file.clone(),
        name: args.url.as_ref().map_or_else(|| input_name(&args.name), |_| args.name.clone()),
        url: args.url.clone().unwrap_or_else(|| if args.name.contains(':') { args.name.clone() } else { String::new() }),
        follows: args.follows.clone(),
        no_flake: args.no_flake,
        never_follow: args.never_follow,
        no_lock: args.lock.no_lock,
        comment: None,
        place: args.place.place(),
    })
}

/// An input that another edit needs.
pub fn new_input(name: &str, url: &str, lock: &LockArgs) -> InputAdd {
    InputAdd { name: name.to_owned(), url: url.to_owned(), no_lock: lock.no_lock, ..InputAdd::default() }
}

/// The name that an address ends in: `llm-agents` of `github:numtide/llm-agents.nix`. What is no
/// address is the name itself.
pub fn input_name(address: &str) -> String {
    let Some((scheme, path)) = address.split_once(':') else { return address.to_owned() };
    let path = path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let forge = ["github", "gitlab", "sourcehut"].contains(&scheme);
    let name = if forge { parts.get(1) } else { parts.last() }.copied().unwrap_or_default();
    name.trim_end_matches(".git").trim_end_matches(".nix").replace('.', "-")
}

fn follow(args: &Follow) -> Operation {
    let (file, no_lock) = (args.file.clone(), args.lock.no_lock);
    if args.auto {
        return Operation::InputFollowAuto(InputFollowAuto { file, name: args.name.clone(), no_lock });
    }
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    Operation::InputFollow(InputFollow {
        file,
        name: word(&args.name),
        of: word(&args.of),
        target: word(&args.target),
        force: args.force,
        no_lock,
    })
}
