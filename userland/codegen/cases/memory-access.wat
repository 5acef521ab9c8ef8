;; One check per base; the offset is part of the address; a constant address needs no check.
(module
  (memory 1)
  (func $field (param i32) (result i32)
    (i32.add (i32.load offset=4 (local.get 0)) (i32.load offset=8 (local.get 0))))
  (func $element (param i32 i32) (result i32)
    (i32.load (i32.add (local.get 0) (i32.shl (local.get 1) (i32.const 2)))))
  (func $byte (param i32 i32)
    (i32.store8 (local.get 0) (local.get 1)))
  (func $fixed (result i32)
    (i32.load (i32.const 1024)))
  (func $far (param i32) (result i32)
    (i32.load offset=1000000 (local.get 0))))

;; i386
;; field:
;;   mov    ecx,eax
;;   test   ecx,ecx
;;   jns    +8
;;   ud2
;;   mov    edx,DWORD PTR [ecx+0x4]
;;   mov    eax,DWORD PTR [ecx+0x8]
;;   lea    eax,[edx+eax*1]
;;   ret
;;
;; element:
;;   mov    ecx,eax
;;   lea    eax,[ecx+edx*4]
;;   test   eax,eax
;;   jns    +b
;;   ud2
;;   mov    eax,DWORD PTR [eax]
;;   ret
;;
;; byte:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   test   ecx,ecx
;;   jns    +c
;;   ud2
;;   mov    BYTE PTR [ecx],dl
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; fixed:
;;   mov    eax,DWORD PTR ds:0x400
;;   ret
;;
;; far:
;;   mov    ecx,eax
;;   cmp    ecx,0x7ff0bdc0
;;   jb     +c
;;   ud2
;;   mov    eax,DWORD PTR [ecx+0xf4240]
;;   ret
