;; An i64 is a pair of registers; what can be done on halves is.
(module
  (func $sum (param i64 i64) (result i64)
    (i64.add (local.get 0) (local.get 1)))
  (func $product (param i64 i64) (result i64)
    (i64.mul (local.get 0) (local.get 1)))
  (func $high (param i64) (result i32)
    (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const 32))))
  (func $less (param i64 i64) (result i32)
    (i64.lt_s (local.get 0) (local.get 1)))
  (func $quotient (param i64 i64) (result i64)
    (i64.div_u (local.get 0) (local.get 1))))

;; i386
;; sum:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],edx
;;   mov    edx,ecx
;;   mov    ecx,eax
;;   lea    ecx,[ecx+edx*1]
;;   cmp    ecx,edx
;;   setb   al
;;   movzx  eax,al
;;   add    eax,DWORD PTR [esp+0x8]
;;   add    eax,DWORD PTR [esp+0x10]
;;   mov    edx,eax
;;   mov    eax,ecx
;;   lea    esp,[esp+0xc]
;;   ret
;;
;; product:
;;   lea    esp,[esp-0x14]
;;   mov    DWORD PTR [esp+0x10],eax
;;   mov    DWORD PTR [esp+0xc],edx
;;   mov    DWORD PTR [esp+0x8],ecx
;;   mov    ecx,DWORD PTR [esp+0x10]
;;   imul   ecx,DWORD PTR [esp+0x18]
;;   mov    eax,DWORD PTR [esp+0x8]
;;   imul   eax,DWORD PTR [esp+0xc]
;;   lea    ecx,[ecx+eax*1]
;;   mov    eax,DWORD PTR [esp+0x10]
;;   mul    DWORD PTR [esp+0x8]
;;   lea    edx,[edx+ecx*1]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   lea    esp,[esp+0x14]
;;   ret
;;
;; high:
;;   mov    eax,edx
;;   ret
;;
;; less:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],ecx
;;   mov    ecx,eax
;;   cmp    edx,DWORD PTR [esp+0x10]
;;   jne    +18
;;   cmp    ecx,DWORD PTR [esp+0x8]
;;   jb     +25
;;   jmp    +1e
;;   cmp    edx,DWORD PTR [esp+0x10]
;;   jl     +25
;;   mov    eax,0x0
;;   jmp    +2a
;;   mov    eax,0x1
;;   lea    esp,[esp+0xc]
;;   ret
;;
;; quotient:
;;   lea    esp,[esp-0x14]
;;   mov    DWORD PTR [esp+0x10],eax
;;   mov    DWORD PTR [esp+0xc],edx
;;   mov    edx,DWORD PTR [esp+0x18]
;;   mov    eax,ecx
;;   or     eax,edx
;;   test   eax,eax
;;   jne    +1a
;;   ud2
;;   mov    DWORD PTR [esp],edx
;;   mov    eax,DWORD PTR [esp+0x10]
;;   mov    edx,DWORD PTR [esp+0xc]
;;   call   <lendos.divide_unsigned>
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   lea    esp,[esp+0x14]
;;   ret
