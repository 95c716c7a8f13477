# blueprint: a folder per host, with its users below.
{ prefix ? "", ... }:
let
  root = if prefix == "" then self else self + "/${prefix}";
  hosts = root + "/hosts";
  folder = path: if builtins.pathExists path then builtins.readDir path else { };
  names = builtins.attrNames (lib.filterAttrs (_: kind: kind == "directory") (folder hosts));
  has = file: builtins.filter (name: builtins.pathExists (hosts + "/${name}/${file}")) names;
  modules = path: lib.concatMapAttrs
    (name: kind: { ${lib.removeSuffix ".nix" name} = path + "/${name}"; })
    (folder path);
  special = name: { inherit inputs; flake = self; hostName = name; };
  usersOf = host: lib.concatMapAttrs
    (name: kind:
      let path = hosts + "/${host}/users/${name}"; in
      if kind == "directory"
      then lib.optionalAttrs (builtins.pathExists (path + "/home-configuration.nix")) { ${name} = path + "/home-configuration.nix"; }
      else { ${lib.removeSuffix ".nix" name} = path; })
    (folder (hosts + "/${host}/users"));
  system = make: file: host: make {
    specialArgs = special host;
    modules = [
      (hosts + "/${host}/${file}")
      { home-manager.extraSpecialArgs = special host; home-manager.users = builtins.mapAttrs (_: path: { imports = [ path ]; }) (usersOf host); }
    ];
  };
  homes = host: lib.mapAttrs'
    (user: path: lib.nameValuePair "${user}@${host}" (lib.homeManagerConfiguration { extraSpecialArgs = special host; modules = [ path ]; }))
    (usersOf host);
in
{
  nixosConfigurations = lib.genAttrs (has "configuration.nix") (system lib.nixosSystem "configuration.nix");
  darwinConfigurations = lib.genAttrs (has "darwin-configuration.nix") (system lib.darwinSystem "darwin-configuration.nix");
  homeConfigurations = lib.mergeAttrsList (map homes names);
  nixosModules = modules (root + "/modules/nixos");
  darwinModules = modules (root + "/modules/darwin");
  homeModules = modules (root + "/modules/home");
}
