# NixOS configuration for @HOST@
{ pkgs, ... }:

{
  imports = [
    ./hardware-configuration.nix
    ../../modules/system.nix
  ];

  my.host = "@HOST@";

  boot.loader.systemd-boot.enable = true;

  users.users.@USER@ = {
    isNormalUser = true;
    extraGroups = [ "wheel" ];
  };

  environment.systemPackages = with pkgs; [
    git
  ];

  system.stateVersion = "25.11";
}
