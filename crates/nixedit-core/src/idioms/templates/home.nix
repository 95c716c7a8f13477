# User environment for @HOST@
{ pkgs, ... }:

{
  home.packages = with pkgs; [
    jq
  ];

  home.stateVersion = "25.11";
}
