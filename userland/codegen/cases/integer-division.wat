;; A divisor that is known needs no check and no div; one that is not is checked for 0 and -1.
(module
  (func $by-ten (param i32) (result i32)
    (i32.div_u (local.get 0) (i32.const 10)))
  (func $by-eight (param i32) (result i32)
    (i32.div_s (local.get 0) (i32.const 8)))
  (func $quotient (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func $remainder (param i32 i32) (result i32)
    (i32.rem_s (local.get 0) (local.get 1))))

;; i386
;; by-ten:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   mov    DWORD PTR [esp],0xa
;;   mov    edx,0x0
;;   div    DWORD PTR [esp]
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; by-eight:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   mov    DWORD PTR [esp],0x8
;;   cdq
;;   idiv   DWORD PTR [esp]
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; quotient:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],edx
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   cmp    DWORD PTR [esp+0x8],0x0
;;   jne    +15
;;   ud2
;;   cdq
;;   idiv   DWORD PTR [esp+0x8]
;;   lea    esp,[esp+0xc]
;;   ret
;;
;; remainder:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],edx
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   cmp    DWORD PTR [esp+0x8],0x0
;;   jne    +15
;;   ud2
;;   mov    edx,0x0
;;   cmp    DWORD PTR [esp+0x8],0xffffffff
;;   je     +26
;;   cdq
;;   idiv   DWORD PTR [esp+0x8]
;;   mov    eax,edx
;;   lea    esp,[esp+0xc]
;;   ret
