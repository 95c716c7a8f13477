#0b 02c 0
{
  l = [
    a
    b # c
  ];
}
