#7 a4 7ab
{ pkgs, ... }:
{
  home.packages = with pkgs; [
    # Shells
    bat # a cat
    fd

    # Tools
    ripgrep
    (python3.withPackages (ps: [ ps.requests ]))
  ];
}
