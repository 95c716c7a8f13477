{
  description = @DESCRIPTION@;

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    { nixpkgs, ... }:
    let
      system = @SYSTEM@;
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      devShells.${system}.default = pkgs.mkShell {
        packages = [ pkgs.nixfmt ];
      };

      formatter.${system} = pkgs.nixfmt;
    };
}
