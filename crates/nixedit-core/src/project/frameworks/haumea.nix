# haumea: a folder of files as a set.
{ src, loader ? inputs: path: let file = import path; in if builtins.isFunction file then file inputs else file, inputs ? { }, transformer ? [ ] }:
let
  steps = lib.toList transformer;
  folder = cursor: path: builtins.foldl' (set: step: step cursor set) (entries cursor path) steps;
  entries = cursor: path: lib.concatMapAttrs (entry cursor path) (builtins.readDir path);
  entry = cursor: path: name: kind:
    if lib.hasPrefix "_" name then { }
    else if kind == "directory" then { ${name} = folder (cursor ++ [ name ]) (path + "/${name}"); }
    else if lib.hasSuffix ".nix" name then { ${lib.removeSuffix ".nix" name} = loader (inputs // { inherit root; }) (path + "/${name}"); }
    else { };
  root = folder [ ] src;
in
root
