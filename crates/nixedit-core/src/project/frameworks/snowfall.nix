# snowfall-lib: hosts, homes and modules are folders.
{ src, snowfall ? { }, systems ? { }, homes ? { }, ... }@given:
let
  root = snowfall.root or src;
  folders = path:
    if builtins.pathExists path
    then builtins.attrNames (lib.filterAttrs (_: kind: kind == "directory") (builtins.readDir path))
    else [ ];
  modules = path: lib.concatMap
    (name:
      lib.optional (builtins.pathExists (path + "/${name}/default.nix")) (path + "/${name}")
      ++ modules (path + "/${name}"))
    (folders path);
  each = path: f: lib.mergeAttrsList
    (lib.concatMap (platform: map (name: { ${name} = f platform name; }) (folders (path + "/${platform}"))) (folders path));
  of = suffix: lib.filterAttrs (_: made: lib.hasSuffix suffix made.platform);
  made = set: builtins.mapAttrs (_: made: made.value) set;

  homeModules = platform: name: [ (root + "/homes/${platform}/${name}") ]
    ++ modules (root + "/modules/home")
    ++ homes.modules or [ ]
    ++ homes.users.${name}.modules or [ ];
  users = platform: host: builtins.listToAttrs (map
    (name: { name = builtins.head (lib.splitString "@" name); value.imports = homeModules platform name; })
    (builtins.filter (lib.hasSuffix "@${host}") (folders (root + "/homes/${platform}"))));

  host = platform: name:
    let
      darwin = lib.hasSuffix "darwin" platform;
      kind = if darwin then "darwin" else "nixos";
      arguments = {
        specialArgs = { inherit inputs; host = name; target = platform; system = platform; };
        modules = [ (root + "/systems/${platform}/${name}") ]
          ++ modules (root + "/modules/${kind}")
          ++ systems.modules.${kind} or [ ]
          ++ systems.hosts.${name}.modules or [ ]
          ++ [ { nixpkgs.hostPlatform = platform; home-manager.users = users platform name; } ];
      };
    in
    { inherit platform; value = if darwin then lib.darwinSystem arguments else lib.nixosSystem arguments; };
  home = platform: name: {
    inherit platform;
    value = lib.homeManagerConfiguration {
      extraSpecialArgs = { inherit inputs; };
      modules = homeModules platform name;
    };
  };
  hosts = each (root + "/systems") host;
in
given // {
  nixosConfigurations = made (of "-linux" hosts);
  darwinConfigurations = made (of "-darwin" hosts);
  homeConfigurations = made (each (root + "/homes") home);
}
