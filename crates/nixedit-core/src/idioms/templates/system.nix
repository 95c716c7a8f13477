# What is true of every host
{ config, lib, ... }:

{
  options.my.host = lib.mkOption {
    type = lib.types.enum [ "@HOST@" ];
    description = "Which of the machines this is";
  };

  config = {
    networking.hostName = config.my.host;
    nix.settings.experimental-features = [
      "nix-command"
      "flakes"
    ];
  };
}
