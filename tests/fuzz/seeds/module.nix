#4aa05bb0
{ config, lib, pkgs, ... }:

{
  imports = [
    ./hardware.nix
    ../common
  ];

  services.openssh = {
    enable = true;
    settings.PermitRootLogin = "no";
  };
  services.openssh.ports = [ 22 ];
  networking.hostName = "x"; # name
  environment.etc."a b".text = ''
    ''${not} ${config.networking.hostName}
  '';
}
