//! Well-known libraries that make hosts of folders and rows: what each does, written in Nix.
//!
//! The texts are read by the same evaluator as the flake. Everything in them stands, for evidence, at
//! the call in the flake that leads here.

use super::evaluate::Evaluator;
use super::value::{Kind, Opaque, Place, Root, Thunk, Value};
use rnix::ast;

/// A function of a library, told by its name and by an attribute that its argument must have.
struct Framework {
    function: &'static str,
    needs: Option<&'static str>,
    text: &'static str,
}

const FRAMEWORKS: &[Framework] = &[
    Framework { function: "mkFlake", needs: Some("src"), text: SNOWFALL },
    Framework { function: "mkFlake", needs: Some("hosts"), text: include_str!("plus.nix") },
    Framework { function: "mkFlake", needs: Some("root"), text: "{ root, ... }: autoWire root" },
    Framework { function: "mkLib", needs: Some("src"), text: "base: lib // { mkFlake = given: snowfall (base // given); }" },
    Framework { function: "load", needs: Some("src"), text: include_str!("haumea.nix") },
    Framework { function: "verbatim", needs: None, text: "_: path: import path" },
    Framework { function: "clan", needs: None, text: CLAN },
    Framework { function: "buildClan", needs: None, text: CLAN },
    Framework { function: "blueprint", needs: Some("inputs"), text: include_str!("blueprint.nix") },
];

const SNOWFALL: &str = include_str!("snowfall.nix");
const UNIFIED: &str = include_str!("unified.nix");
const CLAN: &str = include_str!("clan.nix");

/// The result of a library's function; `None` for any other.
pub(super) fn apply(evaluator: &Evaluator, function: &Opaque, argument: &Thunk, place: &Place) -> Option<Value> {
    if !matches!(function.root, Root::Input | Root::Unknown) {
        return None;
    }
    let named = |framework: &&Framework| framework.function == function.last();
    let mut candidates = FRAMEWORKS.iter().filter(named).peekable();
    candidates.peek()?;
    let given = candidates.peek().is_some_and(|framework| framework.needs.is_some()).then(|| evaluator.attrs(&evaluator.force(argument)));
    let fits = |framework: &&Framework| framework.needs.is_none_or(|name| given.as_ref().is_some_and(|given| given.get(name).is_some()));
    let framework = candidates.find(fits)?;
    Some(evaluator.apply(&read(evaluator, framework.text, place)?, argument, place))
}

/// The outputs that a library's flake-parts module adds, with what all modules together define.
pub(super) fn outputs(evaluator: &Evaluator, module: &Opaque, config: &Value, place: &Place) -> Option<Value> {
    match (&*module.names[0], module.last()) {
        (_, "autoWire") => {
            let root = Thunk::done(Value::new(Kind::Opaque(Opaque::new(Root::Flake, &[])), place));
            Some(evaluator.apply(&read(evaluator, UNIFIED, place)?, &root, place))
        }
        ("nixos-unified", "default") => Some(Value::new(Kind::Attrs(std::rc::Rc::default()), place)),
        ("clan-core", "default") => {
            let own = evaluator.select(config, "clan", place);
            let clan = own.or_else(|| evaluator.select(&evaluator.select(config, "flake", place)?, "clan", place))?;
            Some(evaluator.apply(&read(evaluator, CLAN, place)?, &Thunk::done(clan), place))
        }
        _ => None,
    }
}

/// The function that a text of ours writes down. The texts may use one another.
fn read(evaluator: &Evaluator, text: &str, place: &Place) -> Option<Value> {
    let scope = evaluator.scope(&evaluator.stand_in(place), None, None);
    let opaque = |root| Thunk::done(Value::new(Kind::Opaque(Opaque::new(root, &[])), place));
    let names = [("lib", Root::Lib), ("inputs", Root::Inputs), ("self", Root::Flake)];
    scope.names.borrow_mut().extend(names.map(|(name, root)| (name.into(), opaque(root))));
    for (name, text) in [("snowfall", SNOWFALL), ("autoWire", UNIFIED)] {
        scope.names.borrow_mut().insert(name.into(), Thunk::expr(&parsed(text)?, &scope));
    }
    Some(evaluator.eval(&parsed(text)?, &scope))
}

fn parsed(text: &str) -> Option<ast::Expr> {
    rnix::Root::parse(text).tree().expr()
}
