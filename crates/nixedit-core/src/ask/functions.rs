//! The questions as Nix functions over `c`, a host's configuration. Each gives JSON.
//!
//! Nothing here forces more than it shows: values are described a few levels deep, derivations by
//! their names, and what throws is told as an error.

use crate::syntax::attr_path::AttrPath;

/// What the questions share.
///
/// `find`: the option at a path, through submodules where the library says what they are made of.
/// `ofUser`: the options of a Home Manager user; older libraries hide them, then a module that is
/// added to the user hands them out.
const SHARED: &str = r#"
  inherit (builtins) attrNames elemAt filter head isAttrs length map stringLength substring tail tryEval typeOf;
  text = s: let t = builtins.unsafeDiscardStringContext (toString s); in
    if stringLength t > 200 then substring 0 200 t + "…" else t;
  show = depth: v: let t = typeOf v; in
    if t == "set" then
      if (v.type or null) == "derivation" then text (v.name or "?")
      else if v ? _type then "«${toString v._type}»"
      else if depth == 0 then "{ … }"
      else builtins.mapAttrs (_: told (depth - 1)) v
    else if t == "list" then if depth == 0 then "[ … ]" else map (told (depth - 1)) v
    else if t == "lambda" then "«function»"
    else if t == "string" || t == "path" then text v
    else v;
  told = depth: v: let r = tryEval (let s = show depth v; in builtins.deepSeq s s); in
    if r.success then r.value else "«error»";
  words = v: if v == null then null else if isAttrs v then text (v.text or "") else if typeOf v == "string" then text v else null;
  isOption = o: isAttrs o && (o._type or null) == "option";
  inside = o: name:
    if o ? valueMeta.attrs && o.valueMeta.attrs ? ${name} then o.valueMeta.attrs.${name}.configuration.options or null
    else null;
  find = o: path:
    if isOption o then
      if path == [ ] then { option = o; rest = [ ]; }
      else if o ? valueMeta.configuration.options then find o.valueMeta.configuration.options path
      else if inside o (head path) != null then find (inside o (head path)) (tail path)
      else { option = o; rest = path; }
    else if path == [ ] then { set = o; }
    else if isAttrs o && o ? ${head path} then find o.${head path} (tail path)
    else { missing = path; near = if isAttrs o then attrNames o else [ ]; };
  users = if c.options ? home-manager.users then attrNames c.config.home-manager.users else [ ];
  probed = c.extendModules {
    modules = [ { home-manager.sharedModules = [
      ({ options, lib, ... }: { options._nixedit = lib.mkOption { type = lib.types.raw; default = options; }; })
    ]; } ];
  };
  ofUser = user:
    if inside c.options.home-manager.users user != null then inside c.options.home-manager.users user
    else probed.config.home-manager.users.${user}._nixedit;
"#;

/// `where`: how an option came to its value, on the system's side and for each user.
const DEFINITIONS: &str = r#"
  at = path: v: if path == [ ] then { found = true; value = v; }
    else if isAttrs v && v ? ${head path} then at (tail path) v.${head path} else { found = false; };
  defined = rest: d: let v = at rest d.value; in
    if v.found then [ { file = toString d.file; value = told 2 v.value; } ] else [ ];
  positions = o: let p = tryEval (o.declarationPositions or [ ]); in
    if p.success then map (p: if p == null then null else { file = toString p.file; inherit (p) line; }) p.value else [ ];
  describe = o: rest: {
    type = o.type.description or null;
    description = words (o.description or null);
    default = if o ? defaultText then words o.defaultText else if o ? default then told 1 o.default else null;
    declarations = map toString (o.declarations or [ ]);
    positions = positions o;
    priority = o.highestPrio or null;
    definitions = builtins.concatLists (map (defined rest) o.definitionsWithLocations);
    value = let v = tryEval (at rest o.value); in if v.success && v.value.found then told 2 v.value.value else null;
  };
  of = options: path: let f = find options path; in
    if f ? option then describe f.option f.rest
    else if f ? set then { members = if isAttrs f.set then filter (n: n != "_module") (attrNames f.set) else [ ]; }
    else { inherit (f) missing near; };
"#;

/// The value and every definition of an option: `{ system; home.USER; }`; where there is no such option,
/// the `members` of the set of options at the path, or what is `missing` of it and `near`.
pub fn definitions(path: &AttrPath) -> String {
    let path = list(path.names());
    format!(
        "c: let{SHARED}{DEFINITIONS}  path = {path};\nin {{\n  system = of c.options path;\n  home = builtins.listToAttrs (map (user: {{ name = user; value = of (ofUser user) path; }}) users);\n}}"
    )
}

/// The package lists of a host as they are in the end: `{ system; home.USER; }`, each a list of
/// `{ file; names; }`; or only one of the two.
pub fn packages(only: Option<&str>) -> String {
    let both = packages_of_both();
    only.map_or_else(|| both.clone(), |side| format!("c: {{ {side} = (({both}) c).{side}; }}"))
}

fn packages_of_both() -> String {
    format!(
        "c: let{SHARED}  names = o: map (d: {{ file = toString d.file; names = map (told 0) d.value; }}) o.definitionsWithLocations;\nin {{\n  system = names (c.options.environment.systemPackages or c.options.home.packages);\n  home = builtins.listToAttrs (map (user: {{ name = user; value = names (ofUser user).home.packages; }}) users);\n}}"
    )
}

/// What a name means on a host: the package of that name, and the options of that path or name.
const DISCOVER: &str = r#"
  get = s: path: if path == [ ] then { found = true; value = s; }
    else let n = head path; in if isAttrs s && s ? ${n} then (let v = tryEval (typeOf s.${n}); in
      if v.success then get s.${n} (tail path) else { found = true; throws = true; }) else { found = false; };
  package = let g = get c.pkgs path; in
    if !g.found then null
    else if g ? throws then { throws = true; }
    else let
      v = g.value;
      isPackage = isAttrs v && (v.type or null) == "derivation";
      m = v.meta or { };
    in if !isPackage then { package = false; type = typeOf v; members = if isAttrs v then length (attrNames v) else 0; }
    else {
      package = true;
      name = v.name or null;
      version = v.version or null;
      description = words (m.description or null);
      mainProgram = m.mainProgram or null;
      homepage = if typeOf (m.homepage or null) == "list" then told 1 m.homepage else m.homepage or null;
      unfree = m.unfree or false;
      broken = m.broken or false;
      insecure = m.insecure or ((m.knownVulnerabilities or [ ]) != [ ]);
      unsupported = m.unsupported or false;
      usable = m.available or (tryEval v.outPath).success;
    };
  option = o: {
    type = o.type.description or null;
    description = words (o.description or null);
    default = if o ? defaultText then words o.defaultText else if o ? default then told 1 o.default else null;
    example = if o ? example then (if isAttrs o.example && o.example ? text then words o.example else told 1 o.example) else null;
    declarations = map toString (o.declarations or [ ]);
  };
  of = options: let f = find options path; in
    if f ? option then { option = option f.option; rest = f.rest; }
    else if f ? set && isAttrs f.set then { members = filter (n: n != "_module") (attrNames f.set); }
    else { inherit (f) missing near; };
  modules = options: builtins.concatLists (map (set:
    if length path == 1 && options ? ${set} && options.${set} ? ${head path} then [ "${set}.${head path}" ] else [ ])
    [ "programs" "services" "virtualisation" "hardware" ]);
  ofSide = options: { found = of options; modules = modules options; };
"#;

/// What a name means on a host: `{ package; system; home.USER; }`.
pub fn discover(names: &[String]) -> String {
    let path = list(names);
    format!(
        "c: let{SHARED}{DISCOVER}  path = {path};\nin {{\n  inherit package;\n  system = ofSide c.options;\n  home = builtins.listToAttrs (map (user: {{ name = user; value = ofSide (ofUser user); }}) users);\n}}"
    )
}

/// Forces a name of the package set, to hear what it throws.
pub fn forced(names: &[String], attribute: &str) -> String {
    format!("c: builtins.typeOf c.pkgs.{}.{attribute}", AttrPath::from_names(names.to_vec()).map(|p| p.to_string()).unwrap_or_default())
}

/// The names in the package set, or in a set inside of it.
pub fn package_names(inside: &[String]) -> String {
    let path = list(inside);
    format!(
        "c: let go = s: path: if path == [ ] then s else go (s.${{builtins.head path}}) (builtins.tail path); in builtins.attrNames (go c.pkgs {path})"
    )
}

/// The flake's own files that a host is made of, as far as the library tells: `{ complete; system;
/// home.USER; }`, each a list of `{ file; depth; }`.
pub fn files() -> String {
    const FILES: &str = r#"
  flat = depth: graph: builtins.concatLists (map (m: if m.disabled or false then [ ] else
    [ { file = toString m.file; inherit depth; } ] ++ flat (depth + 1) m.imports) graph);
  sure = names: options: builtins.concatLists (map (path: let f = find options path; in
    if f ? option then map (d: { file = toString d.file; depth = 1; }) f.option.definitionsWithLocations else [ ]) names);
  usual = [ [ "system" "stateVersion" ] [ "home" "stateVersion" ] [ "networking" "hostName" ] [ "home" "username" ]
    [ "environment" "systemPackages" ] [ "home" "packages" ] ];
  whole = user: c.options.home-manager.users.valueMeta.attrs.${user}.configuration.graph or null;
  home = user: if whole user != null then flat 0 (whole user) else sure usual (ofUser user);
"#;
    format!(
        "c: let{SHARED}{FILES}in {{\n  complete = c ? graph;\n  system = if c ? graph then flat 0 c.graph else sure usual c.options;\n  home = builtins.listToAttrs (map (user: {{ name = user; value = home user; }}) users);\n}}"
    )
}

/// Names as a Nix list of strings.
fn list(names: &[String]) -> String {
    let quoted = names.iter().map(|name| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"").replace("${", "\\${")));
    format!("[ {} ]", quoted.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_nix() {
        let names = vec!["a".to_owned(), "b\"${c}".to_owned()];
        let path = AttrPath::from_names(names.clone()).unwrap();
        for question in [
            definitions(&path),
            packages(None),
            packages(Some("home")),
            discover(&names),
            forced(&names, "type"),
            package_names(&names),
            files(),
        ] {
            let parse = rnix::Root::parse(&question);
            assert!(parse.errors().is_empty(), "{:?}\n{question}", parse.errors());
        }
        assert_eq!(list(&names), "[ \"a\" \"b\\\"\\${c}\" ]");
    }
}
