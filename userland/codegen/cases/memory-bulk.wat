;; Copy and fill are calls of the run-time library.
(module
  (memory 1)
  (func $copy (param i32 i32 i32)
    (memory.copy (local.get 0) (local.get 1) (local.get 2)))
  (func $grown (param i32) (result i32)
    (memory.grow (local.get 0)))
  (func $size (result i32)
    (memory.size)))

;; i386
;; copy:
;;   lea    esp,[esp-0xc]
;;   mov    DWORD PTR [esp+0x8],ecx
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   mov    ecx,DWORD PTR [esp+0x8]
;;   call   <lendos.memory_copy>
;;   test   eax,eax
;;   jne    +1b
;;   ud2
;;   lea    esp,[esp+0xc]
;;   ret
;;
;; grown:
;;   lea    esp,[esp-0x8]
;;   mov    ecx,eax
;;   mov    eax,ecx
;;   call   <lendos.memory_grow>
;;   lea    esp,[esp+0x8]
;;   ret
;;
;; size:
;;   mov    eax,DWORD PTR ds:0xb0000000
;;   ret
