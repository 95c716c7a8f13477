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
      manifest = (builtins.fromTOML (builtins.readFile ./Cargo.toml)).workspace.package;

      nixedit =
        {
          lib,
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
            wrapProgram $out/bin/nixedit --suffix PATH : ${lib.makeBinPath [ git ]}
          '';
          meta = {
            inherit (manifest) license;
            description = "Edit NixOS flakes the way a careful maintainer would";
            mainProgram = "nixedit";
          };
        };
    in
    {
      overlays.default = final: _prev: { nixedit = final.callPackage nixedit { }; };

      # A source for agent-skills-nix: sources.nixedit = { input = "nixedit"; subdir = "skills"; }.
      skills.nixedit = ./skills/nixedit;

      packages = forAllSystems (pkgs: {
        default = pkgs.callPackage nixedit { };
      });

      apps = forAllSystems (pkgs: {
        default = {
          type = "app";
          program = "${self.packages.${pkgs.stdenv.hostPlatform.system}.default}/bin/nixedit";
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
        package = self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        format = pkgs.runCommand "nixedit-format" { nativeBuildInputs = [ pkgs.nixfmt ]; } ''
          nixfmt --check ${./flake.nix} && touch $out
        '';
      });

      formatter = forAllSystems (pkgs: pkgs.nixfmt);
    };
}
