;; A comparison that is only branched on makes flags, not a number.
(module
  (func $larger (param i32 i32) (result i32)
    (if (result i32) (i32.gt_s (local.get 0) (local.get 1))
      (then (local.get 0))
      (else (local.get 1))))
  (func $below (param i32) (result i32)
    (i32.lt_u (local.get 0) (i32.const 100)))
  (func $chosen (param i32 i32 i32) (result i32)
    (select (local.get 0) (local.get 1) (local.get 2))))

;; i386
;; larger:
;;   mov    ecx,eax
;;   cmp    ecx,edx
;;   jg     +8
;;   mov    ecx,edx
;;   mov    eax,ecx
;;   ret
;;
;; below:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   cmp    ecx,0x64
;;   setb   al
;;   movzx  eax,al
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; chosen:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],ecx
;;   mov    ecx,eax
;;   mov    eax,edx
;;   cmp    DWORD PTR [esp+0x8],0x0
;;   cmovne eax,ecx
;;   lea    esp,[esp+0xc]
;;   ret
