// What the IR of calls.c and the objects of calls-part.c have for one another.

int mine(int Number);
long of_main(void);
extern _Thread_local int PerThread;
extern int *MainPlace;

int part(int Number);
int (*pointer(void))(int);
int apply(int (*Function)(int), int Number);
extern int (*const Table[])(int);
int nowhere_or(int Number);
void through_nowhere(int *Number);
int compare(const void *Left, const void *Right);
void each(int *Numbers, int Count, void (*Visit)(int));
int choose(int Number);
int select_letter(int Letter);
int chosen(int Number);
int next(void);
extern _Thread_local int OfPart;
int tail(int Number);
int tail_if(int Number);
extern int Constructed;
int library_pointers(void);
