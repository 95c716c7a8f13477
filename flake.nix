{
  description = "Edit NixOS flakes: find the place, change the fewest bytes, prove the effect";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forAllSystems = f: nixpkgs.lib.genAttrs systems (system: f nixpkgs.legacyPackages.${system});
      packagesFor = pkgs: self.packages.${pkgs.stdenv.hostPlatform.system};
      manifest = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).workspace.package;

      nixedit =
        {
          lib,
          stdenv,
          rustPlatform,
          installShellFiles,
          makeWrapper,
          git,
        }:
        rustPlatform.buildRustPackage {
          pname = "nixedit";
          inherit (manifest) version;
          src = lib.cleanSource ./.;
          cargoLock.lockFile = ./Cargo.lock;
          nativeBuildInputs = [
            installShellFiles
            makeWrapper
          ];
          # The tests evaluate flakes, which a build sandbox does not allow; checks.tests of a
          # development machine is `.ci/test`.
          doCheck = false;
          postInstall = ''
            $out/bin/nixedit man --out man
            installManPage man/*.1
            installShellCompletion --cmd nixedit \
              --bash <($out/bin/nixedit completions bash) \
              --fish <($out/bin/nixedit completions fish) \
              --zsh <($out/bin/nixedit completions zsh)
          ''
          # The static one stays a single file, and takes the git that it finds.
          + lib.optionalString (!stdenv.hostPlatform.isStatic) ''
            wrapProgram $out/bin/nixedit --suffix PATH : ${lib.makeBinPath [ git ]}
          '';
          meta = {
            inherit (manifest) license;
            description = "Edit NixOS flakes the way a careful maintainer would";
            mainProgram = "nixedit";
          };
        };

      # `programs.nixedit` of any module system; `place` is where that one has its programs. Manual
      # pages and completions are in the package, where shells look for them.
      module =
        place:
        {
          config,
          lib,
          pkgs,
          ...
        }:
        let
          cfg = config.programs.nixedit;
        in
        {
          _file = "flake.nix of nixedit";
          options.programs.nixedit = {
            enable = lib.mkEnableOption "nixedit, an editor of NixOS flakes";
            package = lib.mkOption {
              type = lib.types.package;
              default = (packagesFor pkgs).default;
              defaultText = lib.literalMD "`packages.default` of nixedit's flake";
              description = "The nixedit to install.";
            };
          };
          config = lib.mkIf cfg.enable (lib.setAttrByPath place [ cfg.package ]);
        };
    in
    {
      nixosModules.default = module [
        "environment"
        "systemPackages"
      ];
      darwinModules = self.nixosModules;
      homeModules.default = module [
        "home"
        "packages"
      ];
      homeManagerModules = self.homeModules;

      overlays.default = final: _prev: { nixedit = final.callPackage nixedit { }; };

      # A source for agent-skills-nix: sources.nixedit = { input = "nixedit"; subdir = "skills"; }.
      skills.nixedit = ./skills/nixedit;

      packages = nixpkgs.lib.genAttrs systems (
        system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
        in
        {
          default = pkgs.callPackage nixedit { };
        }
        // nixpkgs.lib.optionalAttrs (nixpkgs.lib.hasSuffix "linux" system) {
          static = pkgs.pkgsStatic.callPackage nixedit { };
        }
      );

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = "${(packagesFor pkgs).default}/bin/nixedit";
          meta.description = "Edit NixOS flakes";
        };
      });

      devShells = forAllSystems (pkgs: {
        default = pkgs.mkShell {
          packages = with pkgs; [
            age
            cargo
            clippy
            git
            nixfmt
            rust-analyzer
            rustc
            rustfmt
          ];
        };
      });

      checks = forAllSystems (pkgs: {
        package = (packagesFor pkgs).default;
        format = pkgs.runCommand "nixedit-format" { nativeBuildInputs = [ pkgs.nixfmt ]; } ''
          nixfmt --check ${./flake.nix} && touch $out
        '';
      });

      formatter = forAllSystems (pkgs: pkgs.nixfmt);
    };
}
