{
  description = @DESCRIPTION@;

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

    home-manager = {
      url = "github:nix-community/home-manager";
      inputs.nixpkgs.follows = "nixpkgs";
    };
  };

  outputs =
    { nixpkgs, home-manager, ... }@inputs:
    let
      system = @SYSTEM@;
      pkgs = nixpkgs.legacyPackages.${system};

      mkHost =
        name:
        nixpkgs.lib.nixosSystem {
          specialArgs = { inherit inputs; };
          modules = [
            { nixpkgs.hostPlatform = system; }
            ./hosts/${name}/configuration.nix
            home-manager.nixosModules.home-manager
            {
              home-manager = {
                useGlobalPkgs = true;
                useUserPackages = true;
                extraSpecialArgs = { inherit inputs; };
                users.@USER@.imports = [ ./hosts/${name}/home.nix ];
              };
            }
          ];
        };
    in
    {
      nixosConfigurations = {
        @HOST@ = mkHost "@HOST@";
      };

      devShells.${system}.default = pkgs.mkShell {
        packages = [ pkgs.nixfmt ];
      };

      formatter.${system} = pkgs.nixfmt;
    };
}
