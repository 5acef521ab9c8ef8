;; Three words of arguments travel in registers; a value that is needed later survives in a saved one.
(module
  (type $unary (func (param i32) (result i32)))
  (table 2 2 funcref)
  (elem (i32.const 0) $twice $one)
  (func $twice (type $unary) (i32.add (local.get 0) (local.get 0)))
  (func $one (type $unary) (i32.const 1))
  (func $both (param i32) (result i32)
    (i32.add (call $twice (local.get 0)) (call $one (local.get 0))))
  (func $indirect (param i32 i32) (result i32)
    (call_indirect (type $unary) (local.get 0) (local.get 1))))

;; i386
;; twice:
;;   mov    ecx,eax
;;   lea    eax,[ecx+ecx*1]
;;   ret
;;
;; one:
;;   mov    eax,0x1
;;   ret
;;
;; both:
;;   mov    ecx,eax
;;   lea    eax,[ecx+ecx*1+0x1]
;;   ret
;;
;; indirect:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,edx
;;   cmp    eax,0x2
;;   jb     +f
;;   ud2
;;   mov    eax,DWORD PTR [eax*4-0x4fffffd8]
;;   test   eax,eax
;;   jne    +1c
;;   ud2
;;   cmp    DWORD PTR [eax],0x0
;;   je     +26
;;   ud2
;;   mov    edx,DWORD PTR [eax+0x4]
;;   mov    eax,ecx
;;   call   edx
;;   lea    esp,[esp+0x8]
;;   ret
