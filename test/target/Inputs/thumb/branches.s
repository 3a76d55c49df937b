@ Branches and addresses that compilers make seldom or never: what a linker makes
@ of them is natively what ld makes.
        .syntax unified
        .arch   armv7-a
        .fpu    vfpv3-d16
        .text
        .arm
        .globl  in_arm
        .type   in_arm, %function
in_arm:
        add     r0, r0, #1
        bx      lr
        .size   in_arm, .-in_arm
@ Arm code that calls Thumb code, and goes on as such.
        .globl  arm_calls
        .type   arm_calls, %function
arm_calls:
        push    {r4, lr}
        bl      in_thumb
        bl      far_thumb
        pop     {r4, lr}
        b       in_thumb
        .size   arm_calls, .-arm_calls
        .globl  arm_distance
        .type   arm_distance, %function
arm_distance:
        movw    r0, #:lower16:(in_thumb - (1f + 8))
        movt    r0, #:upper16:(in_thumb - (1f + 8))
1:      add     r0, pc, r0
        bx      lr
        .size   arm_distance, .-arm_distance

        .thumb
        .globl  in_thumb
        .type   in_thumb, %function
in_thumb:
        adds    r0, #10
        bx      lr
        .size   in_thumb, .-in_thumb
        .globl  calls
        .type   calls, %function
calls:
        push    {r4, lr}
        bl      in_arm
        nop                     @ The same from the middle of a word.
        bl      in_arm
        blx     in_arm
        blx     in_thumb
        bl      far_thumb
        bl      far_arm
        blx     far_thumb
        bl      labelled
        bl      nowhere
        pop     {r4, pc}
        .size   calls, .-calls
        .globl  jumps
        .type   jumps, %function
jumps:
        cmp     r0, #1
        beq.w   in_arm
        cmp     r0, #2
        beq.w   far_thumb
        cmp     r0, #3
        beq.w   far_arm
        cmp     r0, #4
        it      eq
        beq.w   abs
        cmp     r0, #5
        it      eq
        beq.w   nowhere         @ Goes on.
        cmp     r0, #6
        beq.w   labelled
        cmp     r0, #7
        beq     1f
        cmp     r0, #8
        beq     2f
        b.w     in_arm
1:      b.w     in_main
2:      b.w     far_thumb + 2
        .size   jumps, .-jumps
        .globl  short_jumps
        .type   short_jumps, %function
short_jumps:
        cmp     r0, #1
        .reloc  ., R_ARM_THM_JUMP8, near_thumb
        .inst.n 0xd0fe          @ beq near_thumb
        .reloc  ., R_ARM_THM_JUMP11, near_thumb
        .inst.n 0xe7fe          @ b near_thumb
        .size   short_jumps, .-short_jumps
        .globl  near_thumb
        .type   near_thumb, %function
near_thumb:
        adds    r0, #50
        bx      lr
        .size   near_thumb, .-near_thumb
        .globl  distance
        .type   distance, %function
distance:
        movw    r0, #:lower16:(far_thumb - (1f + 4))
        movt    r0, #:upper16:(far_thumb - (1f + 4))
1:      add     r0, pc
        bx      lr
        .size   distance, .-distance
        .globl  address
        .type   address, %function
address:
        movw    r0, #:lower16:far_thumb
        movt    r0, #:upper16:far_thumb
        bx      lr
        .size   address, .-address
        .globl  function_nearby
        .type   function_nearby, %function
function_nearby:
        nop
        .reloc  ., R_ARM_THM_ALU_PREL_11_0, far_thumb
        .inst.w 0xf2af0004      @ adr.w r0, far_thumb
        bx      lr
        .size   function_nearby, .-function_nearby
        .globl  beside
        .type   beside, %function
beside:
        nop
        .reloc  ., R_ARM_THM_PC12, far_number
        .inst.w 0xf85f0004      @ ldr.w r0, far_number
        bx      lr
        .size   beside, .-beside
        .globl  words
        .type   words, %function
words:
        adr     r1, 1f
        ldr     r0, [r1]
        add     r0, r1
        ldr     r2, [r1, #4]
        subs    r0, r0, r2
        bx      lr
        .globl  odd
        .type   odd, %function
odd:
        ldr     r0, 1f + 8
        bx      lr
        .balign 4
1:      .word   far_thumb - .
        .word   far_thumb
        .word   in_thumb + 1
        .size   words, .-words
labelled:
        adds    r0, #70
        bx      lr

        .section .text.far, "ax", %progbits
        .thumb
        .type   far_thumb, %function
far_thumb:
        adds    r0, #20
        adds    r0, #30
        bx      lr
        .size   far_thumb, .-far_thumb
        .balign 4
far_number:
        .word   12345
        .arm
        .type   far_arm, %function
far_arm:
        add     r0, r0, #40
        bx      lr
        .size   far_arm, .-far_arm
        .weak   nowhere
        .hidden nowhere
        .section .note.GNU-stack, "", %progbits
