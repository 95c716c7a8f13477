{
  description = @DESCRIPTION@;

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    { self, nixpkgs, ... }:
    let
      system = @SYSTEM@;
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      packages.${system}.default = pkgs.buildEnv {
        name = "tools";
        paths = with pkgs; [
          git
          jq
        ];
      };

      devShells.${system}.default = pkgs.mkShell {
        packages = [ pkgs.nixfmt ];
        inputsFrom = [ self.packages.${system}.default ];
      };

      checks.${system}.format = pkgs.runCommand "format" { nativeBuildInputs = [ pkgs.nixfmt ]; } ''
        nixfmt --check ${self}/flake.nix && touch $out
      '';

      formatter.${system} = pkgs.nixfmt;
    };
}
