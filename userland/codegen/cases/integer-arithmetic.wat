;; Constants go into the instruction; an address computes a sum of three.
(module
  (func $sum (param i32 i32) (result i32)
    (i32.add (i32.add (local.get 0) (i32.mul (local.get 1) (i32.const 4))) (i32.const 12)))
  (func $masked (param i32) (result i32)
    (i32.and (i32.shr_u (local.get 0) (i32.const 7)) (i32.const 31)))
  (func $negated (param i32) (result i32)
    (i32.sub (i32.const 0) (local.get 0))))

;; i386
;; sum:
;;   mov    ecx,eax
;;   lea    eax,[ecx+edx*4+0xc]
;;   ret
;;
;; masked:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   shr    eax,0x7
;;   and    eax,0x1f
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; negated:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,0x0
;;   sub    eax,ecx
;;   lea    esp,[esp+0x8]
;;   ret
