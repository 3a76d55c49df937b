; Do LLVM's code generation flags reach the code generator? Each of these
; changes the size of what is shipped, or the number of its sections.
; It names processors of x86-64.
; REQUIRES: host-x86_64
;
; RUN: %shipped %s -- '' '>' -mattr=+avx2
; RUN: %shipped %s -- '' '>' -mattr=+avx,+avx2,-avx512f
; RUN: %shipped %s -- '' '>' -mcpu=x86-64-v3
; RUN: %shipped %s -- '' '>' '-mcpu x86-64-v3'
; RUN: %shipped %s -- -mcpu=x86-64-v3 '<' '-mcpu=x86-64-v3 -mattr=-avx2,-avx'
; RUN: %shipped %s -- '' = -mcpu=x86-64
; RUN: %shipped %s -- -mattr=+fma '>' '-mattr=+fma -fp-contract=fast'
; RUN: %shipped %s -- '' '<' -frame-pointer=all
; RUN: %shipped %s -- '' = -frame-pointer=none
; RUN: %shipped %s -- '' '<' -disable-tail-calls
; RUN: %shipped %s -- '' '<' -align-loops=64
; RUN: %shipped %s -- '' '<' -nozero-initialized-in-bss
; RUN: %shipped %s -- -code-model=small '<' -code-model=large
; RUN: %shipped --field sections %s -- '' '<' -function-sections
; RUN: %shipped --field sections %s -- '' '<' -data-sections
; RUN: %shipped --field sections %s -- -data-sections '<' '-function-sections -data-sections'
; RUN: %shipped --field sections %s -- '' '<' -basic-block-sections=all
; RUN: %shipped %s -- '-code-model=medium -large-data-threshold=1000000' '<' '-code-model=medium -large-data-threshold=0'

@data = global [3 x i32] [i32 1, i32 2, i32 3]
@other = global i32 5
@zeroes = global [128 x i8] zeroinitializer

declare i32 @puts(ptr)

; What main does not refer to would not be compiled.
define i32 @main(i32 %argc) {
  %none = icmp eq i32 %argc, 0
  br i1 %none, label %never, label %done
never:
  %pair = call <8 x i32> @vector(<8 x i32> zeroinitializer, <8 x i32> zeroinitializer, <8 x i32> zeroinitializer)
  store <8 x i32> %pair, ptr @zeroes
  %sum = call double @contract(double 1.0, double 2.0, double 3.0)
  store double %sum, ptr @zeroes
  %looped = call i32 @loop(i32 1)
  %printed = call i32 @tail(ptr @data)
  br label %done
done:
  ret i32 0
}

; Eight at a time with AVX2, four with SSE.
define <8 x i32> @vector(<8 x i32> %a, <8 x i32> %b, <8 x i32> %c) {
  %ab = add <8 x i32> %a, %b
  %abc = sub <8 x i32> %ab, %c
  ret <8 x i32> %abc
}

; Long enough to be seen through the alignment of functions.
define double @contract(double %a, double %b, double %c) {
  %product1 = fmul double %a, %b
  %sum1 = fadd double %product1, %c
  %product2 = fmul double %sum1, %b
  %sum2 = fadd double %product2, %c
  %product3 = fmul double %sum2, %b
  %sum3 = fadd double %product3, %c
  %product4 = fmul double %sum3, %b
  %sum4 = fadd double %product4, %c
  %product5 = fmul double %sum4, %b
  %sum5 = fadd double %product5, %c
  ret double %sum5
}

define i32 @loop(i32 %count) {
entry:
  br label %loop
loop:
  %index = phi i32 [0, %entry], [%next, %loop]
  %next = add i32 %index, 1
  %printed = call i32 @puts(ptr @data)
  %more = icmp slt i32 %next, %count
  br i1 %more, label %loop, label %done
done:
  %value = load i32, ptr @other
  ret i32 %value
}

; The last one, so that no alignment hides its size.
define i32 @tail(ptr %text) {
  %printed = tail call i32 @puts(ptr %text)
  ret i32 %printed
}
