# What the flake of nixedit gives, with the stub nixpkgs and what that lacks: one fact per attribute,
# which tests/own_flake.rs knows.
{
  flake,
  stubs,
  lib ? import (stubs + "/nixpkgs/lib"),
}:
let
  nixpkgs = {
    inherit lib;
    legacyPackages = lib.genAttrs [ "x86_64-linux" ] (
      system:
      import (stubs + "/nixpkgs") {
        inherit system;
        overlays = [ missing ];
      }
    );
  };
  missing =
    final: prev:
    lib.genAttrs [
      "installShellFiles"
      "makeWrapper"
      "cargo"
      "clippy"
      "rustc"
      "rustfmt"
      "rust-analyzer"
      "age"
      "nixfmt"
    ] (name: final.stdenv.mkDerivation { inherit name; })
    // {
      lib = prev.lib // {
        cleanSource = _: "the source";
      };
      stdenv = prev.stdenv // {
        hostPlatform = prev.stdenv.hostPlatform // {
          isStatic = false;
        };
      };
      pkgsStatic = final.extend (
        _: dynamic: {
          stdenv = dynamic.stdenv // {
            hostPlatform = dynamic.stdenv.hostPlatform // {
              isStatic = true;
            };
          };
        }
      );
    };
  self = (import (flake + "/flake.nix")).outputs { inherit self nixpkgs; };
  pkgs = nixpkgs.legacyPackages.x86_64-linux;
  outputs = name: builtins.attrNames self.${name}.x86_64-linux;

  # What a module puts at `place`, as a module system around it sees it.
  installed =
    module: place: settings:
    let
      evaluated = lib.evalModules {
        modules = [
          module
          {
            options = lib.setAttrByPath place (
              lib.mkOption {
                type = lib.types.listOf lib.types.package;
                default = [ ];
              }
            );
            config.programs.nixedit = settings;
          }
          { _module.args.pkgs = pkgs; }
        ];
      };
    in
    map (package: package.name) (lib.getAttrFromPath place evaluated.config);
  system = [
    "environment"
    "systemPackages"
  ];
  home = [
    "home"
    "packages"
  ];
  other = {
    enable = true;
    package = pkgs.git;
  };
  wraps =
    package:
    lib.elem "makeWrapper" (map (p: p.name) package.nativeBuildInputs)
    && builtins.match ".*wrapProgram.*" package.postInstall != null;
in
{
  packages = outputs "packages";
  checks = outputs "checks";
  shells = outputs "devShells";
  program = builtins.unsafeDiscardStringContext (baseNameOf self.apps.x86_64-linux.default.program);
  version = self.packages.x86_64-linux.default.version;
  drvs = map (name: builtins.isString self.packages.x86_64-linux.${name}.drvPath) (
    outputs "packages"
  );
  wrapped = map wraps [
    self.packages.x86_64-linux.default
    self.packages.x86_64-linux.static
  ];
  overlay = (self.overlays.default pkgs pkgs).nixedit.pname;
  nixos = installed self.nixosModules.default system { enable = true; };
  nixos_off = installed self.nixosModules.default system { };
  nixos_other = installed self.nixosModules.default system other == [ pkgs.git.name ];
  darwin = installed self.darwinModules.default system { enable = true; };
  home = installed self.homeModules.default home { enable = true; };
  home_off = installed self.homeModules.default home { };
  home_manager = installed self.homeManagerModules.default home { enable = true; };
}
