#5aa06bb0
rec {
	a = 1;


	inherit (x) y z;
	b.c = let d = 1; in { e = d; };
	/* f */ g = 1; h = 2;
}