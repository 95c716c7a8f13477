//! Functions of Nix and nixpkgs that shape hosts and module lists, as far as reading needs them.

mod files;
mod lists;
mod modules;
mod sets;
mod strings;

use super::evaluate::Evaluator;
use super::value::{Item, Kind, Opaque, Partial, Place, Root, Thunk, Value};

/// Functions that need no `builtins.` before them.
pub(super) const GLOBAL: &[&str] = &[
    "import",
    "map",
    "toString",
    "removeAttrs",
    "baseNameOf",
    "dirOf",
    "isNull",
    "throw",
    "abort",
    "fetchTarball",
    "fetchGit",
    "derivation",
];

/// Names and numbers of arguments.
const FUNCTIONS: &[(&str, usize)] = &[
    ("import", 1),
    ("readDir", 1),
    ("listFilesRecursive", 1),
    ("pathExists", 1),
    ("readFile", 1),
    ("fromTOML", 1),
    ("importTOML", 1),
    ("fromJSON", 1),
    ("importJSON", 1),
    ("path", 1),
    ("map", 2),
    ("imap0", 2),
    ("imap1", 2),
    ("filter", 2),
    ("partition", 2),
    ("concatLists", 1),
    ("concatMap", 2),
    ("flatten", 1),
    ("optional", 2),
    ("optionals", 2),
    ("singleton", 1),
    ("toList", 1),
    ("unique", 1),
    ("naturalSort", 1),
    ("sort", 2),
    ("reverseList", 1),
    ("head", 1),
    ("elem", 2),
    ("length", 1),
    ("forEach", 2),
    ("foldl'", 3),
    ("foldl", 3),
    ("foldr", 3),
    ("fold", 3),
    ("catAttrs", 2),
    ("foldAttrs", 3),
    ("last", 1),
    ("elemAt", 2),
    ("remove", 2),
    ("subtractLists", 2),
    ("mapAttrs", 2),
    ("mapAttrs'", 2),
    ("mapAttrsToList", 2),
    ("mapAttrsFlatten", 2),
    ("attrsToList", 1),
    ("concatMapAttrs", 2),
    ("genAttrs", 2),
    ("genAttrs'", 2),
    ("listToAttrs", 1),
    ("nameValuePair", 2),
    ("attrNames", 1),
    ("attrValues", 1),
    ("filterAttrs", 2),
    ("optionalAttrs", 2),
    ("removeAttrs", 2),
    ("intersectAttrs", 2),
    ("getAttrs", 2),
    ("recursiveUpdate", 2),
    ("mergeAttrs", 2),
    ("mergeAttrsList", 1),
    ("hasAttr", 2),
    ("getAttr", 2),
    ("setAttrByPath", 2),
    ("hasSuffix", 2),
    ("hasPrefix", 2),
    ("hasInfix", 2),
    ("removeSuffix", 2),
    ("removePrefix", 2),
    ("concatStringsSep", 2),
    ("splitString", 2),
    ("split", 2),
    ("toString", 1),
    ("toLower", 1),
    ("replaceStrings", 3),
    ("baseNameOf", 1),
    ("dirOf", 1),
    ("append", 2),
    ("unsafeDiscardStringContext", 1),
    ("mkIf", 2),
    ("mkMerge", 1),
    ("mkForce", 1),
    ("mkDefault", 1),
    ("mkBefore", 1),
    ("mkAfter", 1),
    ("mkOptionDefault", 1),
    ("mkVMOverride", 1),
    ("mkImageMediaOverride", 1),
    ("mkOverride", 2),
    ("mkOrder", 2),
    ("setDefaultModuleLocation", 2),
    ("importApply", 2),
    ("mkAliasOptionModule", 2),
    ("mkAliasOptionModuleMD", 2),
    ("mkRenamedOptionModule", 2),
    ("mkRenamedOptionModuleWith", 1),
    ("mkRemovedOptionModule", 2),
    ("mkChangedOptionModule", 3),
    ("mkMergedOptionModule", 3),
    ("id", 1),
    ("const", 2),
    ("flip", 3),
    ("pipe", 2),
    ("fix", 1),
    ("makeOverridable", 2),
    ("extend", 1),
    ("seq", 2),
    ("deepSeq", 2),
    ("trace", 2),
    ("traceVal", 1),
    ("warn", 2),
    ("warnIf", 3),
    ("isFunction", 1),
    ("isAttrs", 1),
    ("isList", 1),
    ("isString", 1),
    ("isPath", 1),
    ("eachDefaultSystem", 1),
    ("eachSystem", 2),
    ("mkFlake", 2),
    ("withSystem", 2),
];

/// The name as a constant and the number of arguments of a function that is imitated.
pub(super) fn find(name: &str) -> Option<(&'static str, usize)> {
    FUNCTIONS.iter().find(|(known, _)| *known == name).copied()
}

/// A call with all its arguments; `None` when reading cannot tell what comes out.
pub(super) fn call(evaluator: &Evaluator, partial: &Partial, place: &Place) -> Option<Value> {
    let call = Call { evaluator, partial, place };
    let kinds = [files::call, lists::call, sets::call, strings::call, modules::call];
    kinds.iter().find_map(|kind| kind(&call)).flatten()
}

/// import-tree: a module that imports every Nix file of a folder, save those below a name with `_`.
pub(super) fn import_tree(evaluator: &Evaluator, folder: &Thunk, place: &Place) -> Value {
    let partial = Partial { name: "import-tree", arity: 1, base: Opaque::new(Root::Lib, &[]), arguments: vec![folder.clone()] };
    let call = Call { evaluator, partial: &partial, place };
    files::import_tree(&call).unwrap_or_else(|| evaluator.unknown_at(place))
}

/// One call. Each kind of function answers `None` for a name that is not its own.
struct Call<'a, 'p> {
    evaluator: &'a Evaluator<'p>,
    partial: &'a Partial,
    place: &'a Place,
}

impl Call<'_, '_> {
    fn name(&self) -> &'static str {
        self.partial.name
    }

    /// The argument itself, unevaluated.
    fn thunk(&self, index: usize) -> &Thunk {
        &self.partial.arguments[index]
    }

    fn value(&self, index: usize) -> Value {
        self.evaluator.force(self.thunk(index))
    }

    fn items(&self, index: usize) -> Vec<Item> {
        self.evaluator.items(&self.value(index))
    }

    fn text(&self, index: usize) -> Option<String> {
        self.value(index).as_str().map(str::to_owned)
    }

    fn result(&self, kind: Kind) -> Value {
        Value::new(kind, self.place)
    }

    fn list(&self, items: Vec<Item>) -> Value {
        self.result(Kind::List(items.into()))
    }

    fn string(&self, text: &str) -> Value {
        self.result(Kind::Str(text.into()))
    }

    /// A later application of argument `index` to `arguments`.
    fn later(&self, index: usize, arguments: Vec<Thunk>, place: &Place) -> Thunk {
        Thunk::new(super::value::State::Apply(self.thunk(index).clone(), arguments, place.clone()))
    }

    fn done(&self, kind: Kind, place: &Place) -> Thunk {
        Thunk::done(Value::new(kind, place))
    }

    /// The value of a thunk under a condition.
    fn perhaps(&self, condition: &Value, value: impl Fn() -> Value, nothing: Kind) -> Value {
        match condition.as_bool() {
            Some(true) => value(),
            Some(false) => self.result(nothing),
            None => self.result(Kind::Either([value(), self.result(nothing)].into())),
        }
    }
}
