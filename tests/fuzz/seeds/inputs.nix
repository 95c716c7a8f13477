#9a 0:aa0;aa0
{
  description = "x";
  inputs = {
    nixpkgs.url = "github:o/n";
    # the home
    home = {
      url = "github:o/h";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    flat.url = "github:o/f";
    flat.inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { self, nixpkgs, home, ... }@inputs: { };
}
