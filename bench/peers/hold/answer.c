// Answers the instructions that hold.py replaced: CPUID (now UD2) and XGETBV (now
// UD1), with the bits of AVX-512 and later cleared.

#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#define BIT(n) (1u << (n))

static int vnni; // AVX-VNNI is left
static volatile int cpuids, xgetbvs;

// clear clears the bits of leaf 7 (Intel's manual, volume 2, CPUID).
static void clear(uint32_t subleaf, uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d) {
  if (subleaf == 0) {
    *b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(26) | BIT(27) | BIT(28) | BIT(30) | BIT(31));
    *c &= ~(BIT(1) | BIT(6) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | BIT(14));
    *d &= ~(BIT(2) | BIT(3) | BIT(8) | BIT(22) | BIT(23) | BIT(24) | BIT(25));
  } else if (subleaf == 1) {
    *a &= ~(BIT(5) | BIT(21) | BIT(23));
    if (!vnni) *a &= ~BIT(4);
    *d &= ~(BIT(4) | BIT(5) | BIT(8) | BIT(10) | BIT(19));
  }
}

static void answer(int sig, siginfo_t *info, void *context) {
  (void)info;
  greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;
  const unsigned char *code = (const unsigned char *)r[REG_RIP];
  if (code[0] == 0x0f && code[1] == 0x0b) {
    uint32_t leaf = r[REG_RAX], subleaf = r[REG_RCX], a, b, c, d;
    __cpuid_count(leaf, subleaf, a, b, c, d);
    if (leaf == 7) clear(subleaf, &a, &b, &c, &d);
    r[REG_RAX] = a, r[REG_RBX] = b, r[REG_RCX] = c, r[REG_RDX] = d;
    r[REG_RIP] += 2;
    cpuids++;
  } else if (code[0] == 0x0f && code[1] == 0xb9 && code[2] == 0xc0) {
    uint32_t low, high, which = r[REG_RCX];
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(which));
    if (which == 0) low &= ~(BIT(5) | BIT(6) | BIT(7) | BIT(17) | BIT(18)); // AVX-512, AMX
    r[REG_RAX] = low, r[REG_RDX] = high;
    r[REG_RIP] += 3;
    xgetbvs++;
  } else {
    signal(sig, SIG_DFL);
  }
}

__attribute__((constructor)) static void start(void) {
  const char *v = getenv("HELD_VNNI");
  vnni = v && *v == '1';
  struct sigaction s = {0};
  s.sa_sigaction = answer;
  s.sa_flags = SA_SIGINFO;
  sigaction(SIGILL, &s, NULL);
}

__attribute__((destructor)) static void finish(void) {
  if (getenv("HELD_SAY")) fprintf(stderr, "answered: CPUID %d times, XGETBV %d times\n", cpuids, xgetbvs);
}
