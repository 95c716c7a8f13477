# nixos-unified: what its module autoWire makes of the folders of a flake.
root:
let
  files = path: f:
    if builtins.pathExists path
    then lib.concatMapAttrs
      (name: kind:
        if kind == "directory" then lib.optionalAttrs (builtins.pathExists (path + "/${name}/default.nix")) { ${name} = f (path + "/${name}"); }
        else lib.optionalAttrs (lib.hasSuffix ".nix" name) { ${lib.removeSuffix ".nix" name} = f (path + "/${name}"); })
      (builtins.readDir path)
    else { };
  first = paths: f: files (builtins.head (builtins.filter builtins.pathExists paths ++ [ (root + "/none") ])) f;
  specialArgs = { flake = { inherit self inputs; }; };
  system = make: path: make {
    inherit specialArgs;
    modules = [ path { home-manager.extraSpecialArgs = specialArgs; } ];
  };
  home = path: lib.homeManagerConfiguration { extraSpecialArgs = specialArgs; modules = [ path ]; };
in
{
  nixosConfigurations = first [ (root + "/configurations/nixos") (root + "/hosts/nixos") ] (system lib.nixosSystem);
  darwinConfigurations = first [ (root + "/configurations/darwin") (root + "/hosts/darwin") ] (system lib.darwinSystem);
  homeConfigurations = first [ (root + "/configurations/home") (root + "/home") ] home;
  nixosModules = files (root + "/modules/nixos") (path: path);
  darwinModules = files (root + "/modules/darwin") (path: path);
  homeModules = files (root + "/modules/home") (path: path);
}
