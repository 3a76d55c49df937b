int Shared;
char Sized[100];
int Initialized;
int otherShared(void) { return Shared * 2 + Initialized; }
