/* What qemu loads to count the instructions of the processes that it emulates,
   for utils/measure-instructions: one line for each process in the file of the
   argument to=FILE, of the number, a tab, and the command.

   No package of Debian has the header of qemu's plugins, so that what is used
   of them is declared here. Its version 1 has all of it, and later ones do. */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
void qemu_plugin_register_vcpu_tb_trans_cb(
    qemu_plugin_id_t id,
    void (*call)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
                                          void (*call)(unsigned, void *),
                                          int registers, void *data);
void qemu_plugin_register_vcpu_syscall_cb(
    qemu_plugin_id_t id,
    void (*call)(qemu_plugin_id_t, unsigned, int64_t, uint64_t, uint64_t,
                 uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id,
                                    void (*call)(qemu_plugin_id_t, void *),
                                    void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

enum { NoRegisters = 0 };
/* Of the machines whose numbers the kernel has in one table, as aarch64. */
enum { Execve = 221, Execveat = 281 };

static const char *Output;
static atomic_uint_fast64_t Executed;

/* The emulator's command line has that of the program at its end. */
static size_t readCommand(char *Text, size_t Size) {
  int File = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  ssize_t Length = File >= 0 ? read(File, Text, Size) : -1;
  if (File >= 0)
    close(File);
  if (Length <= 0)
    return 0;
  for (ssize_t I = 0; I < Length - 1; ++I)
    if (!Text[I] || Text[I] == '\n')
      Text[I] = ' ';
  return (size_t)Length - 1;
}

/* What has been counted is counted once, also where an execve(2) fails that it
   was written for. */
static void writeCount(void) {
  char Line[4096];
  int Length = snprintf(Line, 32, "%llu\t",
                        (unsigned long long)atomic_exchange(&Executed, 0));
  Length += (int)readCommand(Line + Length, sizeof(Line) - 1 - (size_t)Length);
  Line[Length++] = '\n';
  int File = open(Output, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
  if (File < 0 || write(File, Line, (size_t)Length) != Length)
    dprintf(STDERR_FILENO, "cannot write to '%s'\n", Output);
  if (File >= 0)
    close(File);
}

static void countBlock(unsigned Processor, void *Instructions) {
  (void)Processor;
  atomic_fetch_add_explicit(&Executed, (uintptr_t)Instructions,
                            memory_order_relaxed);
}

static void watchBlock(qemu_plugin_id_t Id, struct qemu_plugin_tb *Block) {
  (void)Id;
  qemu_plugin_register_vcpu_tb_exec_cb(Block, countBlock, NoRegisters,
                                       (void *)qemu_plugin_tb_n_insns(Block));
}

static void enterKernel(qemu_plugin_id_t Id, unsigned Processor, int64_t Number,
                        uint64_t A, uint64_t B, uint64_t C, uint64_t D,
                        uint64_t E, uint64_t F, uint64_t G, uint64_t H) {
  (void)Id, (void)Processor;
  (void)A, (void)B, (void)C, (void)D, (void)E, (void)F, (void)G, (void)H;
  if (Number == Execve || Number == Execveat)
    writeCount();
}

static void end(qemu_plugin_id_t Id, void *Data) {
  (void)Id, (void)Data;
  writeCount();
}

/* A child has not executed what its parent has. */
static void startChild(void) { atomic_store(&Executed, 0); }

__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t Id, const void *Information, int Count,
                    char **Arguments) {
  (void)Information;
  for (int I = 0; I < Count; ++I)
    if (!strncmp(Arguments[I], "to=", 3))
      Output = Arguments[I] + 3;
  if (!Output || pthread_atfork(NULL, NULL, startChild))
    return -1;
  Output = strdup(Output);
  qemu_plugin_register_vcpu_tb_trans_cb(Id, watchBlock);
  qemu_plugin_register_vcpu_syscall_cb(Id, enterKernel);
  qemu_plugin_register_atexit_cb(Id, end, NULL);
  return 0;
}
