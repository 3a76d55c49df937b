// What a program finds when it takes the first of the dynamic linker's objects for
// itself. Each line is a fact that does not depend on where it lies.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>

#ifdef __cplusplus
extern "C" {
#endif
extern const ElfW(Ehdr) __ehdr_start;
void _start(void);
#ifdef __cplusplus
}
#endif
int main(int Count, char **Values);

static int Data = 3;
static __thread int Variable = 42;
static __thread char Zeroes[40];

struct Objects {
  struct dl_phdr_info First;
  int Count, OfMain, OfData, Unnamed, ByMap;
  const struct link_map *Map;
};

static int holds(const struct dl_phdr_info *Object, const void *Address) {
  for (int I = 0; I != Object->dlpi_phnum; ++I) {
    const ElfW(Phdr) *Segment = &Object->dlpi_phdr[I];
    if (Segment->p_type == PT_LOAD &&
        (size_t)Address - (Object->dlpi_addr + Segment->p_vaddr) <
            Segment->p_memsz)
      return 1;
  }
  return 0;
}

static int visit(struct dl_phdr_info *Object, size_t Size, void *Context) {
  struct Objects *Found = (struct Objects *)Context;
  (void)Size;
  if (Found->Count++ == 0)
    Found->First = *Object;
  Found->OfMain += holds(Object, (void *)main);
  Found->OfData += holds(Object, &Data);
  Found->Unnamed += Object->dlpi_name[0] == '\0';
  if (Found->Map) {
    Found->ByMap += !strcmp(Found->Map->l_name, Object->dlpi_name) &&
                    Found->Map->l_addr == Object->dlpi_addr;
    for (int I = 0; I != Object->dlpi_phnum; ++I)
      if (Object->dlpi_phdr[I].p_type == PT_DYNAMIC)
        Found->ByMap += Object->dlpi_addr + Object->dlpi_phdr[I].p_vaddr ==
                        (size_t)Found->Map->l_ld;
    Found->Map = Found->Map->l_next;
  }
  return 0;
}

static const ElfW(Phdr) *
    findSegment(const struct dl_phdr_info *Object, unsigned Type) {
  for (int I = 0; I != Object->dlpi_phnum; ++I)
    if (Object->dlpi_phdr[I].p_type == Type)
      return &Object->dlpi_phdr[I];
  return NULL;
}

static int hasBuildId(const struct dl_phdr_info *Object) {
  for (int I = 0; I != Object->dlpi_phnum; ++I) {
    const ElfW(Phdr) *Segment = &Object->dlpi_phdr[I];
    size_t At = Object->dlpi_addr + Segment->p_vaddr;
    size_t End = At + Segment->p_memsz;
    while (Segment->p_type == PT_NOTE && At < End) {
      const ElfW(Nhdr) *Note = (const ElfW(Nhdr) *)At;
      if (Note->n_type == NT_GNU_BUILD_ID && Note->n_descsz >= 16)
        return 1;
      At += sizeof(*Note) + ((Note->n_namesz + 3) & ~3u) +
            ((Note->n_descsz + 3) & ~3u);
    }
  }
  return 0;
}

/// Of this thread.
static void showThreadLocals(const char *Which) {
  struct Objects Found = {};
  dl_iterate_phdr(visit, &Found);
  const ElfW(Phdr) *Block = findSegment(&Found.First, PT_TLS);
  printf("%s: module %zu, block %d\n", Which, Found.First.dlpi_tls_modid,
         Block != NULL);
  if (!Block)
    return;
  size_t Start = (size_t)Found.First.dlpi_tls_data;
  size_t Offset = (size_t)&Variable - Start;
  printf("  variables are in it: %d %d %d\n", Offset < Block->p_filesz,
         (size_t)Zeroes - Start < Block->p_memsz,
         (size_t)&Variable % Block->p_align == Offset % Block->p_align);
  int Initial = 0;
  if (Offset < Block->p_filesz)
    memcpy(&Initial,
           (char *)(Found.First.dlpi_addr + Block->p_vaddr) + Offset,
           sizeof(Initial));
  printf("  and start with %d\n", Initial);
}

static void showObjects(void) {
  struct Objects Found = {};
  const struct link_map *First =
      (const struct link_map *)dlopen(NULL, RTLD_LAZY);
  Found.Map = First;
  dl_iterate_phdr(visit, &Found);
  const struct dl_phdr_info *Its = &Found.First;
  printf("the first: '%s', code %d, data %d\n", Its->dlpi_name,
         holds(Its, (void *)main), holds(Its, &Data));
  printf("of all, code %d, data %d, unnamed %d, as in the link map %d\n",
         Found.OfMain, Found.OfData, Found.Unnamed,
         Found.ByMap == 2 * Found.Count && !Found.Map);
  printf("headers are those of the auxiliary vector %d %d, of the file %d %d\n",
         (size_t)Its->dlpi_phdr == getauxval(AT_PHDR),
         Its->dlpi_phnum == getauxval(AT_PHNUM),
         (size_t)Its->dlpi_phdr == (size_t)&__ehdr_start + __ehdr_start.e_phoff,
         Its->dlpi_phnum == __ehdr_start.e_phnum);
  const ElfW(Phdr) *Self = findSegment(Its, PT_PHDR);
  printf("load base %d, build id %d\n",
         Self && (size_t)Its->dlpi_phdr - Self->p_vaddr == Its->dlpi_addr,
         hasBuildId(Its));
  printf("entry %d %d\n", getauxval(AT_ENTRY) == (size_t)_start,
         getauxval(AT_ENTRY) == Its->dlpi_addr + __ehdr_start.e_entry);
  printf("dynamic section %d %d, unwind tables %d\n",
         First->l_ld == _DYNAMIC,
         findSegment(Its, PT_DYNAMIC) &&
             (size_t)_DYNAMIC ==
                 Its->dlpi_addr + findSegment(Its, PT_DYNAMIC)->p_vaddr,
#ifdef __arm__
         findSegment(Its, PT_ARM_EXIDX) != NULL
#else
         findSegment(Its, PT_GNU_EH_FRAME) != NULL
#endif
  );
  const struct link_map *Listed = NULL, *Told = NULL;
  for (const ElfW(Dyn) *Entry = _DYNAMIC; Entry->d_tag != DT_NULL; ++Entry)
    if (Entry->d_tag == DT_DEBUG)
      Listed = ((const struct r_debug *)Entry->d_un.d_ptr)->r_map;
  dlinfo((void *)First, RTLD_DI_LINKMAP, (void *)&Told);
  printf("link map: '%s', base %d, by _DYNAMIC %d, dlinfo %d, before it %d\n",
         First->l_name, First->l_addr == Its->dlpi_addr, Listed == First,
         Told == First, First->l_prev != NULL);
  Dl_info Info;
  struct link_map *OfMain = NULL;
  int Known = dladdr1((void *)main, &Info, (void **)&OfMain, RTLD_DL_LINKMAP);
  printf("dladdr %d, link map %d\n", Known, OfMain == First);
// On ppc64le the executor does not find it when it starts, so that the program has
// libc's own, which tells of the entry that names are searched in.
#if defined(DLFO_STRUCT_HAS_EH_DBASE) && !defined(__powerpc64__)
  struct dl_find_object Object;
  Known = _dl_find_object((void *)main, &Object);
  printf("_dl_find_object %d %d\n", Known, Object.dlfo_link_map == First);
#endif
#ifdef RTLD_DI_PHDR
  const ElfW(Phdr) *OfHandle = NULL;
  printf("dlinfo %d %d\n",
         dlinfo((void *)First, RTLD_DI_PHDR, (void *)&OfHandle) ==
             Its->dlpi_phnum,
         OfHandle == Its->dlpi_phdr);
#endif
  const char *const OfStartFiles[] = {"_IO_stdin_used", "_start", "data_start",
                                      "__data_start", "_edata", "__bss_start",
                                      "_end"};
  for (unsigned I = 0; I != sizeof(OfStartFiles) / sizeof(char *); ++I) {
    void *Place = dlsym((void *)First, OfStartFiles[I]);
    printf("%s %d, ", OfStartFiles[I],
           Place == dlsym(RTLD_DEFAULT, OfStartFiles[I]) &&
               (holds(Its, Place) || holds(Its, (char *)Place - 1)));
  }
  printf("is the entry %d\n", dlsym((void *)First, "_start") == (void *)_start);
  printf("dlsym %d %d\n", dlsym((void *)First, "printf") != NULL,
         dlsym(RTLD_NEXT, "printf") == dlsym((void *)First, "printf"));
  fflush(stdout);
}
