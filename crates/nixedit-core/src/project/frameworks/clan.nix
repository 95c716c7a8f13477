# clan: a machine per folder, row of the inventory, or module.
{ directory ? self, machines ? { }, inventory ? { }, specialArgs ? { }, ... }:
let
  rows = inventory.machines or { };
  path = name: directory + "/machines/${name}";
  folders =
    if builtins.pathExists (directory + "/machines")
    then builtins.attrNames (lib.filterAttrs (_: kind: kind == "directory") (builtins.readDir (directory + "/machines")))
    else [ ];
  names = lib.unique (builtins.attrNames machines ++ builtins.attrNames rows ++ builtins.filter (name: !(machines ? ${name} || rows ? ${name})) folders);
  file = name: part: lib.optional (builtins.pathExists (path name + "/${part}")) (path name + "/${part}");
  arguments = name: {
    inherit specialArgs;
    modules = lib.concatMap (file name) [ "configuration.nix" "hardware-configuration.nix" "disko.nix" ]
      ++ lib.optional (machines ? ${name}) machines.${name}
      ++ [ clan-services ];
  };
  isDarwin = name: rows ? ${name} && rows.${name} ? machineClass && rows.${name}.machineClass == "darwin";
  systems = {
    nixosConfigurations = lib.genAttrs (builtins.filter (name: !(isDarwin name)) names) (name: lib.nixosSystem (arguments name));
    darwinConfigurations = lib.genAttrs (builtins.filter isDarwin names) (name: lib.darwinSystem (arguments name));
  };
in
systems // { config = systems; }
