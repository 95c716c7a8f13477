# flake-utils-plus: hosts as rows with common defaults.
{ hosts, hostDefaults ? { }, ... }@given:
let
  row = name: host: {
    output = host.output or "nixosConfigurations";
    value = lib.nixosSystem {
      system = host.system or hostDefaults.system or "x86_64-linux";
      specialArgs = { inherit inputs; } // hostDefaults.specialArgs or { } // host.specialArgs or { };
      modules = hostDefaults.modules or [ ] ++ host.modules or [ ] ++ [ { networking.hostName = name; } ];
    };
  };
  rows = builtins.mapAttrs row hosts;
  of = output: builtins.mapAttrs (_: made: made.value) (lib.filterAttrs (_: made: made.output == output) rows);
in
given // {
  nixosConfigurations = of "nixosConfigurations";
  darwinConfigurations = of "darwinConfigurations";
}
