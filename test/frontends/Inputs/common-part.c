int Shared;
char Sized[4000];
int Initialized = 12;
int addToShared(void) { return ++Shared; }
unsigned long sizeOfSized(void) { return sizeof(Sized); }
