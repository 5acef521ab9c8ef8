;; SSE2 scalars; min follows Wasm's rules for NaN and signed zeros.
(module
  (memory 1)
  (func $scaled (param f64 f64) (result f64)
    (f64.add (f64.mul (local.get 0) (local.get 1)) (f64.const 0.5)))
  (func $smaller (param f64 f64) (result f64)
    (f64.min (local.get 0) (local.get 1)))
  (func $truncated (param f64) (result i32)
    (i32.trunc_sat_f64_s (local.get 0)))
  (func $below (param f32 f32) (result i32)
    (f32.lt (local.get 0) (local.get 1))))

;; i386
;; scaled:
;;   lea    esp,[esp-0x8]
;;   mulsd  xmm0,xmm1
;;   addsd  xmm0,QWORD PTR ds:0x80011000
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; smaller:
;;   lea    esp,[esp-0x8]
;;   movsd  xmm6,xmm0
;;   movsd  xmm7,xmm1
;;   ucomisd xmm6,xmm7
;;   jne    +1f
;;   jp     +19
;;   orps   xmm6,xmm7
;;   jmp    +23
;;   addsd  xmm6,xmm7
;;   jmp    +23
;;   minsd  xmm6,xmm7
;;   movsd  xmm0,xmm6
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; truncated:
;;   lea    esp,[esp-0x8]
;;   call   <lendos.saturate_signed>
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; below:
;;   lea    esp,[esp-0x8]
;;   ucomiss xmm1,xmm0
;;   seta   al
;;   movzx  eax,al
;;   lea    esp,[esp+0x8]
;;   ret
