//! How a definition stands: under which conditions, with which priority.

use crate::idioms::candidates::ListPlace;
use crate::idioms::host_condition;
use crate::syntax::body::{self, Wrapper};
use crate::syntax::lookup::Definition;
use crate::syntax::{SyntaxKind, SyntaxNode};

/// The priority of a definition that states none.
const PLAIN: u32 = 100;
/// The functions that state one.
const PRIORITIES: &[(&str, u32)] =
    &[("mkVMOverride", 10), ("mkForce", 50), ("mkImageMediaOverride", 60), ("mkDefault", 1000), ("mkOptionDefault", 1500)];

/// How a definition stands on a host.
pub(super) struct Standing {
    /// The conditions around it, outermost first.
    pub conditions: Vec<String>,
    /// The function that gives it a priority.
    pub wrapper: Option<String>,
    /// Its priority; `None` where that cannot be read.
    pub priority: Option<u32>,
    /// Whether its conditions hold on the host: `None` where that cannot be told.
    pub holds: Option<bool>,
    /// The value itself.
    pub value: SyntaxNode,
}

/// How `definition` stands on the host of these names.
pub(super) fn standing(definition: &Definition, host: &[&str]) -> Standing {
    let mut wrappers = definition.wrappers.clone();
    let (mut wrapper, mut priority) = (None, Some(PLAIN));
    for outer in &definition.wrappers {
        if let Wrapper::Priority(name) = outer {
            note_priority(name, None, &mut wrapper, &mut priority);
        }
    }
    let value = peeled(&definition.value, &mut wrappers, &mut wrapper, &mut priority);
    let conditions = body::conditions_of(&wrappers);
    let place = ListPlace { list: value.clone(), wrappers };
    let holds = match host_condition::around(&place, host) {
        None if conditions.is_empty() => Some(true),
        Some(true) if host_condition::are_all_known(&place, host) => Some(true),
        Some(false) => Some(false),
        _ => None,
    };
    Standing { conditions, wrapper, priority, holds, value }
}

/// The value below `mkIf`, `mkForce` and the like; notes what they say.
fn peeled(value: &SyntaxNode, wrappers: &mut Vec<Wrapper>, wrapper: &mut Option<String>, priority: &mut Option<u32>) -> SyntaxNode {
    let bare = body::without_parens(value);
    if bare.kind() != SyntaxKind::NODE_APPLY {
        return value.clone();
    }
    let (head, arguments) = body::call(&bare);
    let name = body::last_name(&head);
    match (name.as_str(), arguments.as_slice()) {
        ("mkIf", [condition, inner]) => {
            wrappers.push(Wrapper::Condition(condition.clone()));
            peeled(inner, wrappers, wrapper, priority)
        }
        ("mkOverride", [number, inner]) => {
            note_priority(&name, number.text().to_string().parse().ok(), wrapper, priority);
            peeled(inner, wrappers, wrapper, priority)
        }
        (_, [inner]) if PRIORITIES.iter().any(|(known, _)| *known == name) => {
            note_priority(&name, None, wrapper, priority);
            peeled(inner, wrappers, wrapper, priority)
        }
        _ => value.clone(),
    }
}

fn note_priority(name: &str, stated: Option<u32>, wrapper: &mut Option<String>, priority: &mut Option<u32>) {
    // Ordering functions (mkBefore and its kin) say nothing about who wins.
    let known = PRIORITIES.iter().find(|(known, _)| *known == name).map(|(_, number)| *number);
    if known.is_some() || name == "mkOverride" {
        *wrapper = Some(name.to_owned());
        *priority = known.or(stated);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::attr_path::AttrPath;
    use crate::syntax::lookup;

    fn of(text: &str, host: &str) -> (Vec<String>, Option<u32>, Option<bool>, String) {
        let root = rnix::Root::parse(text).syntax();
        let found = lookup::find(&root, &AttrPath::parse("a.b").unwrap()).definitions.remove(0);
        let standing = standing(&found, &[host]);
        (standing.conditions, standing.priority, standing.holds, standing.value.text().to_string())
    }

    #[test]
    fn conditions_and_priorities_are_read_wherever_they_stand() {
        let yes = |text: &str, priority| assert_eq!(of(text, "nxiz"), (vec![], Some(priority), Some(true), "1".to_owned()), "{text}");
        yes("{ a.b = 1; }", 100);
        yes("{ a.b = lib.mkForce 1; }", 50);
        yes("{ a.b = (lib.mkDefault (1)); }".replace("(1)", "1").as_str(), 1000);
        yes("{ a.b = mkOverride 70 1; }", 70);
        yes("lib.mkForce { a.b = 1; }", 50);
        assert_eq!(of("{ a.b = lib.mkBefore [ 1 ]; }", "nxiz").1, Some(100));
        let (conditions, priority, holds, _) = of("lib.mkIf cfg.enable { a = { b = lib.mkIf (x  > 1) (lib.mkForce 1); }; }", "nxiz");
        assert_eq!((conditions, priority, holds), (vec!["cfg.enable".to_owned(), "x > 1".to_owned()], Some(50), None));
    }

    #[test]
    fn a_host_may_be_excluded_by_name() {
        let text = "{ a.b = lib.mkIf (config.networking.hostName == \"nxiz\") 1; }";
        assert_eq!((of(text, "nxiz").2, of(text, "adeck").2), (Some(true), Some(false)));
    }
}
